package host

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// adoptOrphans makes this process the parent of all its descendants whose own
// parent ends (prctl(2), PR_SET_CHILD_SUBREAPER).
func adoptOrphans() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// processes returns the numbers of all processes.
func processes() []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer func() { _ = proc.Close() }()
	names, _ := proc.Readdirnames(-1) // what was read before an error is right
	pids := make([]int, 0, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// statusOf reads the status of a process. ok is false if it is gone.
func statusOf(pid int) (s status, ok bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return status{}, false
	}
	return parseStat(text)
}

// parseStat reads /proc/PID/stat (proc_pid_stat(5)). Fields are counted behind
// the name, which may contain anything.
func parseStat(text []byte) (s status, ok bool) {
	const state, parent, group, born, resident = 0, 1, 2, 19, 21
	_, after, _ := bytes.Cut(text[bytes.LastIndexByte(text, ')')+1:], []byte(" "))
	fields := bytes.Fields(after)
	if len(fields) <= resident {
		return status{}, false
	}
	s.dead = fields[state][0] == 'Z' || fields[state][0] == 'X'
	var errs [4]error
	s.parent, errs[0] = strconv.Atoi(string(fields[parent]))
	s.born, errs[1] = strconv.ParseUint(string(fields[born]), 10, 64)
	s.resident, errs[2] = strconv.ParseInt(string(fields[resident]), 10, 64)
	s.resident *= int64(os.Getpagesize())
	s.group, errs[3] = strconv.Atoi(string(fields[group]))
	return s, errs == [4]error{}
}

// markOf returns the mark in the environment of a process, as it was when its
// program started. It is empty if there is none or the process is not this user's.
func markOf(pid int) string {
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		return ""
	}
	for variable := range bytes.SplitSeq(environ, []byte{0}) {
		if mark, found := bytes.CutPrefix(variable, []byte(markKey+"=")); found {
			return string(mark)
		}
	}
	return ""
}

// killProcess kills a process unless its number belongs to another one by now.
func killProcess(pid int, born uint64) {
	fd, err := unix.PidfdOpen(pid, 0) // it stays with the process that it names
	if err != nil {
		fd = -1 // an old kernel, or the process is gone
	} else {
		defer func() { _ = unix.Close(fd) }()
	}
	if s, ok := statusOf(pid); !ok || s.born != born {
		return
	}
	if fd < 0 {
		_ = unix.Kill(pid, unix.SIGKILL)
		return
	}
	_ = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
}

// reapOrphan reaps a dead child that this process did not start. It reports false if a
// thread of it is still ending.
func reapOrphan(pid int) bool {
	reaped, err := unix.Wait4(pid, nil, unix.WNOHANG, nil)
	return reaped == pid || err != nil
}

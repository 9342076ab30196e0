package host

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sandboxAttributes make a process the leader of a process group. The kernel
// kills the process when the thread that started it ends.
func sandboxAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// timerSlack is how late a function's timers may fire. With the kernel's
// default of 50 µs, the monitor thread of each Go runtime wakes up every 70 µs
// while the function works, and takes the CPU from another one.
const timerSlack = 2 * time.Millisecond

// scheduleChildren makes the kernel wake the children of the calling thread
// less eagerly, from now on: a thread that wakes up waits for its turn instead
// of preempting another (sched(7), SCHED_BATCH). With one CPU, timers also fire
// together (prctl(2), PR_SET_TIMERSLACK). With more CPUs they do not: a Go
// runtime sleeps for a few microseconds before it takes work from another CPU,
// and that must not become milliseconds. If the kernel refuses, functions run
// with its defaults.
func scheduleChildren(oneCPU bool) {
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_BATCH}, 0)
	slack := time.Duration(0) // the thread's value from before
	if oneCPU {
		slack = timerSlack
	}
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack.Nanoseconds()), 0, 0, 0)
}

// awaitExit returns when the child has exited. The child is not reaped yet.
func awaitExit(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
		continue
	}
}

// availableMemory returns how many bytes processes can take without swapping.
// ok is false if that is unknown.
func availableMemory() (bytes int64, ok bool) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	return parseKB(text, "MemAvailable:") // proc_meminfo(5)
}

// parseKB returns the value of a line "name N kB" in bytes.
func parseKB(text []byte, name string) (int64, bool) {
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) < 2 || string(fields[0]) != name {
			continue
		}
		kb, err := strconv.ParseInt(string(fields[1]), 10, 64)
		return kb << 10, err == nil
	}
	return 0, false
}

// openSize opens the file with the size of a process, nil if that is unknown.
func openSize(pid int) *os.File {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return nil
	}
	return f
}

// readSize returns the resident size of a process in bytes, shared pages included
// (proc_pid_statm(5)); 0: it is dead. The kernel also knows the peak, but takes ten
// times as long to print it.
func readSize(f *os.File) int64 {
	var text [128]byte
	n, _ := f.ReadAt(text[:], 0) // size resident ..., in pages; EOF after that
	fields := bytes.Fields(text[:n])
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// proportionalSize returns the resident size of a process in bytes; of a page that
// n processes share it has one n-th (Pss of /proc/PID/smaps_rollup). 0: unknown.
// The kernel takes about a millisecond for 200 MB.
func proportionalSize(pid int) int64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
	if err != nil {
		return 0
	}
	size, _ := parseKB(text, "Pss:")
	return size
}

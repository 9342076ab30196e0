package host

import (
	"bytes"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// sandboxAttributes make a process the leader of its own group, and have the
// kernel kill it with the thread that starts it.
func sandboxAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// awaitExit returns when the child has exited and leaves it to be reaped.
func awaitExit(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
		continue
	}
}

// availableMemory returns the bytes that processes can take without swapping.
func availableMemory() (bytes int64, ok bool) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	return parseAvailable(text)
}

// parseAvailable reads MemAvailable of /proc/meminfo (proc_meminfo(5)).
func parseAvailable(meminfo []byte) (int64, bool) {
	for line := range bytes.Lines(meminfo) {
		fields := bytes.Fields(line)
		if len(fields) < 2 || string(fields[0]) != "MemAvailable:" {
			continue
		}
		kb, err := strconv.ParseInt(string(fields[1]), 10, 64)
		return kb << 10, err == nil
	}
	return 0, false
}

// A memory tells the largest resident size of a process that was seen. The
// kernel knows the true peak, but takes ten times as long to print it. Safe for
// concurrent use.
type memory struct {
	statm   atomic.Pointer[os.File] // nil: the size is unknown
	largest atomic.Int64            // bytes
}

// open begins with a process that runs.
func (m *memory) open(pid int) {
	if f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/statm"); err == nil {
		m.statm.Store(f)
		m.sample()
	}
}

// sample looks at the size now. Of a dead process it learns nothing.
func (m *memory) sample() {
	f := m.statm.Load()
	if f == nil {
		return
	}
	var text [128]byte
	n, _ := f.ReadAt(text[:], 0) // size resident ..., in pages; EOF after that
	fields := bytes.Fields(text[:n])
	if len(fields) < 2 {
		return
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if size := pages * int64(os.Getpagesize()); err == nil && size > m.largest.Load() {
		m.largest.Store(size)
	}
}

// peak returns the largest size seen in MB, rounded up; 0 if unknown.
func (m *memory) peak() int {
	m.sample()
	return int((m.largest.Load() + 1<<20 - 1) >> 20)
}

func (m *memory) close() {
	if f := m.statm.Load(); f != nil {
		_ = f.Close()
	}
}

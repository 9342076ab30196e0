package host

import (
	"bytes"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sandboxAttributes make a process the leader of its own group, and have the
// kernel kill it with the thread that starts it.
func sandboxAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// timerSlack is how late a function's timers may fire. The kernel's own 50 µs
// have the monitor thread of each Go runtime wake up, and take a CPU from
// whoever works, every 70 µs that the function works.
const timerSlack = 2 * time.Millisecond

// scheduleChildren has the kernel wake what the calling thread starts from now
// on less eagerly: who wakes up waits for its turn instead of interrupting
// another (sched(7), SCHED_BATCH), and if it has but one CPU, timers fire in
// company (prctl(2), PR_SET_TIMERSLACK). With more, a Go runtime naps for a few
// microseconds before it takes work over from another CPU, and these must not
// become milliseconds. Where the kernel refuses, functions run as they would.
func scheduleChildren(oneCPU bool) {
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_BATCH}, 0)
	slack := time.Duration(0) // the thread's own, from before
	if oneCPU {
		slack = timerSlack
	}
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack.Nanoseconds()), 0, 0, 0)
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

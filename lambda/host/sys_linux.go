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
	return parseAvailable(text)
}

// parseAvailable returns MemAvailable of /proc/meminfo in bytes
// (proc_meminfo(5)).
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

// A memory records the largest resident size that was seen of a process. The
// kernel knows the true peak, but takes ten times as long to print it. Safe for
// concurrent use.
type memory struct {
	statm   atomic.Pointer[os.File] // nil: the size is unknown
	largest atomic.Int64            // bytes
}

// open starts recording a running process.
func (m *memory) open(pid int) {
	if f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/statm"); err == nil {
		m.statm.Store(f)
		m.sample()
	}
}

// sample records the current size. It does nothing if the process is dead.
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

// peak returns the largest size in MB, rounded up; 0: unknown.
func (m *memory) peak() int {
	m.sample()
	return int((m.largest.Load() + 1<<20 - 1) >> 20)
}

func (m *memory) close() {
	if f := m.statm.Load(); f != nil {
		_ = f.Close()
	}
}

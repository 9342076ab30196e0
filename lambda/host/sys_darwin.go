package host

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// sandboxAttributes make a process the leader of a process group. If its parent
// dies, only the Warden kills it.
func sandboxAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// scheduleChildren does nothing on this system.
func scheduleChildren(bool) {}

// awaitExit returns when the child has exited. The child is not reaped yet. An
// error counts as exited: the kernel gives one for a process that is dead
// already.
func awaitExit(pid int) {
	queue, err := unix.Kqueue()
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(queue) }()
	change := []unix.Kevent_t{{
		Ident:  uint64(pid),
		Filter: unix.EVFILT_PROC,
		Flags:  unix.EV_ADD | unix.EV_ONESHOT,
		Fflags: unix.NOTE_EXIT,
	}}
	event := make([]unix.Kevent_t, 1)
	for {
		if _, err := unix.Kevent(queue, change, event, nil); err != unix.EINTR {
			return
		}
	}
}

// availableMemory is unknown: the kernel has no figure that includes what it
// could reclaim from caches.
func availableMemory() (bytes int64, ok bool) { return 0, false }

// openSize returns nil: no file has the size of a process.
func openSize(int) *os.File      { return nil }
func readSize(*os.File) int64    { return 0 }
func proportionalSize(int) int64 { return 0 }

package host

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// sandboxAttributes make a process the leader of its own group. Nothing kills
// it when its parent dies but the Warden.
func sandboxAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// scheduleChildren changes nothing here.
func scheduleChildren(bool) {}

// awaitExit returns when the child has exited and leaves it to be reaped. An
// error is taken for that too: of a process that is dead already the kernel
// reports none.
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

// availableMemory is unknown: the kernel gives no figure that counts what it
// could take back from caches.
func availableMemory() (bytes int64, ok bool) { return 0, false }

// A memory tells nothing here: no file has the size of a process.
type memory struct{}

func (*memory) open(int)  {}
func (*memory) sample()   {}
func (*memory) peak() int { return 0 }
func (*memory) close()    {}

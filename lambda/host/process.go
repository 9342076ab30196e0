package host

import (
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// A process is a running bootstrap, the leader of a process group that holds
// whatever it starts itself.
type process struct {
	cmd    *exec.Cmd
	pid    int           // of the process and its group
	exited chan struct{} // closed by reap when the group is killed and the process reaped

	mu struct {
		sync.Mutex
		reaped bool // pid may be somebody else's
	}
}

// launch starts a bootstrap in a group of its own and puts the Warden on it.
// For want of resources the error is a machineError.
func (h *Host) launch(cmd *exec.Cmd, oneCPU bool) (*process, error) {
	if err := h.launcher.start(cmd, oneCPU); err != nil {
		if outOfResources(err) {
			err = &machineError{err}
		}
		return nil, err
	}
	p := &process{cmd: cmd, pid: cmd.Process.Pid, exited: make(chan struct{})}
	if first := h.warden.watch(p.pid); first {
		h.note("the warden is gone: if this process is killed, what functions have started may live on")
	}
	h.running.Go(func() { h.reap(p) })
	return p, nil
}

// reap waits for the process to end and kills what is left of its group. Until
// the process is reaped its number is nobody else's, so the group goes first.
// Nothing waits for the end of its output: who has left the group may hold that
// open for ever.
func (h *Host) reap(p *process) {
	awaitExit(p.pid)
	p.mu.Lock()
	signalGroup(p.pid, syscall.SIGKILL)
	_ = p.cmd.Wait() // returns at once; how the process ended is in its state
	p.mu.reaped = true
	p.mu.Unlock()
	h.warden.release(p.pid)
	close(p.exited)
}

// kill ends the process and its group; exited follows.
func (p *process) kill() { p.signal(syscall.SIGKILL) }

// terminate asks the process and its group to end.
func (p *process) terminate() { p.signal(syscall.SIGTERM) }

func (p *process) signal(sig syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.mu.reaped {
		signalGroup(p.pid, sig)
	}
}

// status returns how the process ended, "" for exit status 0. It may be called
// after exited.
func (p *process) status() string {
	if p.cmd.ProcessState.Success() {
		return ""
	}
	return strings.TrimSuffix(p.cmd.ProcessState.String(), " (core dumped)")
}

// signalGroup signals a process group. That there is none any more is no
// error: it was to end.
func signalGroup(pgid int, sig syscall.Signal) {
	_ = syscall.Kill(-pgid, sig)
}

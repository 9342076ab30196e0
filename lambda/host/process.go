package host

import (
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is a running bootstrap. It leads a process group, to which the
// processes that it starts belong unless they leave it. All carry its mark.
type process struct {
	cmd    *exec.Cmd
	pid    int           // of the process and its group
	mark   string        // of the sandbox
	exited chan struct{} // closed by reap when the process is reaped and all others of its sandbox are dead

	mu struct {
		sync.Mutex
		reaped bool // pid may be somebody else's
	}
}

// launch starts a bootstrap in a group of its own and registers that with the
// Warden. It returns a machineError if this machine lacks a resource.
func (h *Host) launch(cmd *exec.Cmd, mark string, oneCPU bool) (*process, error) {
	err := h.census.start(mark, func() (int, error) {
		if err := h.launcher.start(cmd, oneCPU); err != nil {
			return 0, err
		}
		return cmd.Process.Pid, nil
	})
	if err != nil {
		if outOfResources(err) {
			err = &machineError{err}
		}
		return nil, err
	}
	if h.options.launched != nil {
		h.options.launched()
	}
	p := &process{cmd: cmd, pid: cmd.Process.Pid, mark: mark, exited: make(chan struct{})}
	if first := h.warden.watch(p.pid); first {
		h.note("the warden is gone: if this process is killed, what functions have started may live on")
	}
	h.running.Go(func() { h.reap(p) })
	return p, nil
}

// reap waits for the process to end and kills the rest of its group, and then what
// has left the group. It kills the group before it reaps the process, because the
// group's number stays reserved until then. It does not wait for the end of the
// output: what the census does not find may hold that open for ever. When the Host
// closes, only close sweeps, once for all sandboxes.
func (h *Host) reap(p *process) {
	awaitExit(p.pid)
	p.mu.Lock()
	signalGroup(p.pid, syscall.SIGKILL)
	h.census.reap(p.pid, func() { _ = p.cmd.Wait() }) // returns at once; how the process ended is in its state
	p.mu.reaped = true
	p.mu.Unlock()
	if h.life.Err() == nil {
		h.census.end(p.mark)
	}
	h.warden.release(p.pid)
	close(p.exited)
}

// kill kills the process and its group; exited is closed afterwards.
func (p *process) kill() { p.signal(syscall.SIGKILL) }

// terminate asks the process and its group to end. A frozen one hears it when it is
// thawed.
func (p *process) terminate() {
	p.signal(syscall.SIGTERM)
	p.thaw()
}

// freezeDelay is how long a sandbox is idle before it is frozen. Assumed: it is so
// short that no work behind an answer gets far, and a sandbox with one invocation
// after the other is not stopped and continued between them.
const freezeDelay = time.Millisecond

// freeze stops the process and its group; thaw continues them
// (docs/aws/lambda.md#freezing).
func (p *process) freeze() { p.signal(syscall.SIGSTOP) }
func (p *process) thaw()   { p.signal(syscall.SIGCONT) }

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

// signalGroup signals a process group. A group that no longer exists is no error.
func signalGroup(pgid int, sig syscall.Signal) {
	_ = syscall.Kill(-pgid, sig)
}

package host

import (
	"os/exec"
	"runtime"
)

// A launcher starts processes on one thread, which lives as long as they do.
// On Linux a process is killed with the thread that started it (prctl(2),
// PR_SET_PDEATHSIG), and Go ends its other threads as it sees fit.
type launcher struct {
	jobs chan launch   // unbuffered; from start to run; closed by close
	done chan struct{} // closed by run
}

type launch struct {
	cmd    *exec.Cmd
	oneCPU bool
	err    chan error // capacity 1; from run to start; never closed
}

func newLauncher() *launcher {
	l := &launcher{jobs: make(chan launch), done: make(chan struct{})}
	go l.run()
	return l
}

// run ends with its thread: it does not unlock it.
func (l *launcher) run() {
	defer close(l.done)
	runtime.LockOSThread()
	for job := range l.jobs {
		job.cmd.SysProcAttr = sandboxAttributes()
		scheduleChildren(job.oneCPU)
		job.err <- job.cmd.Start()
	}
}

// start starts a process, which uses one CPU at most if oneCPU is set. It must not
// be called after close.
func (l *launcher) start(cmd *exec.Cmd, oneCPU bool) error {
	job := launch{cmd: cmd, oneCPU: oneCPU, err: make(chan error, 1)}
	l.jobs <- job
	return <-job.err
}

// close waits for the launcher's goroutine. All its processes are dead.
func (l *launcher) close() {
	close(l.jobs)
	<-l.done
}

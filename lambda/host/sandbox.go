package host

import (
	"errors"
	"os/exec"
	"sync"
	"time"
)

// A try says which init of an invocation a sandbox runs.
type try int

const (
	firstInit  try = iota // before the invocation, InitTimeout long
	secondInit            // inside the invocation, on the function's timeout
)

// A sandbox is one process of a function, from before its start until it is
// reaped. The goroutine in run owns it. The handlers of its Runtime API, and
// invocations that find it idle, change its state under the Host's lock.
type sandbox struct {
	host     *Host
	function *function
	try      try
	mark     string // of all its processes

	sized sync.Once // measures its memory when it is ready

	work     chan struct{} // capacity 1; sent by wakeNext to a waiting call of next; never closed
	launched chan struct{} // closed by start when process and memory are set
	halt     chan struct{} // closed by haltLocked, once
	gone     chan struct{} // closed by occupy when the place is free

	api     *server
	output  *output
	process *process // handlers of the Runtime API wait for launched: the process runs before it is here
	memory  memory

	state // the Host's lock
}

// run starts a sandbox for inv, which makeRoom has promised so many bytes, and
// returns when its process is reaped.
func (h *Host) run(inv *invocation, gone chan struct{}, try try, promised int64) ending {
	s := &sandbox{
		host: h, function: inv.function, try: try, gone: gone, mark: h.census.name(),
		work: make(chan struct{}, 1), launched: make(chan struct{}), halt: make(chan struct{}),
	}
	s.promised = promised
	if !h.register(s, inv) {
		return ending{inv: inv, result: result{err: ErrClosed}}
	}
	err := s.start(inv)
	if err == nil {
		s.live()
	}
	end := s.bury(err)
	s.stop()
	return end
}

// register adds s to the Host. It returns false if the Host is closed.
func (h *Host) register(s *sandbox, inv *invocation) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mu.closed {
		return false
	}
	now := time.Now()
	limit := h.options.InitTimeout
	if s.try == secondInit {
		limit = s.function.Timeout
		inv.began = now
	}
	s.phase, s.inv, s.started, s.due = starting, inv, now, now.Add(limit)
	s.timer = time.NewTimer(limit)
	h.mu.sandboxes[s] = struct{}{}
	s.function.starts++
	return true
}

// start starts the Runtime API, the output and the process, in this order. If it
// fails, stop closes what it has opened.
func (s *sandbox) start(inv *invocation) error {
	h := s.host
	out, written, err := newOutput(h.log, s.function.prefix)
	if err != nil {
		return &machineError{err}
	}
	s.output, out.lines, out.form = out, h.options.Embedded, s.function.Logging
	h.running.Go(out.pump)
	defer func() { _ = written.Close() }() // the process has its own by then
	address, err := s.listen()
	if err != nil {
		return &machineError{err}
	}
	if s.try == secondInit {
		out.begin(inv)
	}
	if s.function.Fault != "" {
		return errors.New(s.function.Fault)
	}
	command := s.function.command()
	s.process, err = h.launch(&exec.Cmd{
		Path:   command[0],
		Args:   command,
		Dir:    s.function.Dir,
		Env:    s.function.sandboxEnvironment(address, newLogStream(s.started), s.mark),
		Stdout: written,
		Stderr: written,
	}, s.mark, cpus(s.function.MemorySize) == 1)
	if err != nil {
		return err
	}
	s.memory.open(s.process.pid)
	close(s.launched)
	return nil
}

// stop closes what start has opened, after the process has ended.
func (s *sandbox) stop() {
	if s.api != nil {
		s.api.close()
	}
	if s.output != nil {
		s.output.end() // what the process wrote last, between invocations
		s.output.close()
	}
	s.memory.close()
}

// sigtermGrace is the time between SIGTERM and SIGKILL for a process with an
// extension. Assumed: AWS documents 2 s with an external extension; 500 ms
// without one is second-hand (docs/aws/lambda.md#shutdown).
const sigtermGrace = 500 * time.Millisecond

// live watches over the process until it is reaped.
func (s *sandbox) live() {
	halt := s.halt
	lapse := time.NewTimer(0)
	lapse.Stop()
	defer lapse.Stop()
	for {
		select {
		case <-s.process.exited:
			return
		case <-halt:
			halt = nil
			if s.wantsSigterm() {
				s.process.terminate()
				lapse.Reset(sigtermGrace)
			} else {
				s.process.kill()
			}
		case <-lapse.C:
			s.process.kill()
		case <-s.timer.C:
			s.expire(time.Now())
		}
	}
}

// expire carries out what is due when the timer fires.
func (s *sandbox) expire(now time.Time) {
	s.host.mu.Lock()
	v, inv := s.expireLocked(now), s.inv
	s.host.mu.Unlock()
	switch v {
	case nothing:
	case deliver:
		inv.deliver(inv.result, s.output.tailOf(inv))
	case kill:
		s.memory.sample()
		s.process.kill()
	}
}

// wantsSigterm reports whether a halted sandbox gets a SIGTERM first.
func (s *sandbox) wantsSigterm() bool {
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	return s.sigterm && s.why == halted
}

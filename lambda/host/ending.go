package host

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// An ending is the state in which a sandbox ended.
type ending struct {
	inv    *invocation // the current one; nil: none
	result result
	tail   []byte
	again  bool // the first init has failed: inv gets a second one
}

// bury removes the sandbox from the Host after its process ended, or did not start
// because of err, and decides the result of its invocation. Afterwards only the
// handler that has claimed the invocation, and finishes it, changes the sandbox.
func (s *sandbox) bury(err error) ending {
	h := s.host
	h.mu.Lock()
	delete(h.mu.sandboxes, s)
	s.function.idle.Remove(s)
	s.timer.Stop()
	s.phase = ended
	h.keepLocked(s)
	inv, claimed := s.inv, s.claimed
	h.mu.Unlock()

	var machine *machineError
	switch {
	case claimed:
		return ending{}
	case inv == nil && s.why == itself:
		s.output.end(s.function.Logging.Exited(time.Now(), cmp.Or(s.process.status(), "exit status 0"))...)
		return ending{}
	case inv == nil:
		return ending{}
	case s.why == halted && !inv.answered:
		return ending{inv: inv, result: result{err: ErrClosed}}
	case errors.As(err, &machine):
		h.note(fmt.Sprintf("throttled by this machine, not by AWS: start %s: %v", s.function.Name, err))
		return ending{inv: inv, result: result{err: &lambda.ThrottleError{Function: s.function.Name, Machine: true}}}
	case !s.ready:
		return s.endInit(inv, s.death(inv, err))
	default:
		return s.endInvoke(inv, s.death(inv, err))
	}
}

// A death is how a process ended during an invocation.
type death struct {
	payload   []byte // for the caller, if it has no answer
	message   string // for the log; empty: the function has said it itself
	status    string // of the report
	errorType string
	took      time.Duration // since the init or the invocation began
}

func (s *sandbox) death(inv *invocation, err error) death {
	d := death{status: lambda.StatusError}
	since := inv.began
	if !s.ready {
		since = s.started
	}
	d.took = time.Since(since)
	var failure lambda.Failure
	switch {
	case s.why == halted: // behind its answer
		d.status = ""
		return d
	case s.why == timedOut, s.why == lingered:
		d.status, d.took = lambda.StatusTimeout, s.function.Timeout
		failure = lambda.TimedOut(inv.id, s.function.Timeout)
		d.payload, d.message = failure.Payload(), failure.Message
		return d
	case s.why == exhausted:
		failure = lambda.Exited(inv.id, "signal: killed")
		d.payload, d.message, d.errorType = failure.Payload(), failure.Message, lambda.RuntimeOutOfMemory
		return d
	case s.why == overran:
		d.status, d.took = lambda.StatusTimeout, s.host.options.InitTimeout
		return d
	case s.initError != nil:
		d.payload, d.errorType = s.initError, s.initErrorType
		return d
	case err != nil:
		failure = s.notStarted(inv.id, err)
	default:
		failure = lambda.Exited(inv.id, s.process.status())
	}
	d.payload, d.message, d.errorType = failure.Payload(), failure.Message, failure.Type
	if inv.stream.open() {
		d.payload = lambda.Truncated(inv.id).Payload() // as the handler of the body says, which may come first
	}
	return d
}

// notStarted distinguishes a package without bootstrap from one that does not run.
func (s *sandbox) notStarted(requestID string, err error) lambda.Failure {
	if s.function.Fault != "" || s.function.Command != nil {
		return lambda.NotStarted(requestID, err.Error())
	}
	path := filepath.Join(s.function.Dir, bootstrapName)
	if _, missing := os.Stat(path); errors.Is(missing, fs.ErrNotExist) {
		return lambda.NoBootstrap(requestID, path)
	}
	return lambda.NotStarted(requestID, err.Error())
}

// endInit ends an init that did not reach its first request for work.
func (s *sandbox) endInit(inv *invocation, d death) ending {
	report := lambda.InitReport{Init: d.took, Phase: "init", Status: d.status, ErrorType: d.errorType}
	if s.try == firstInit {
		s.output.end(s.function.Logging.InitFailed(time.Now(), report)...)
		return ending{inv: inv, again: true}
	}
	report.Phase = "invoke"
	for _, line := range s.function.Logging.InitFailed(time.Now(), report) {
		s.output.line(line)
	}
	return s.endInvoke(inv, d)
}

// endInvoke ends an invocation whose process ended. An answer given before stays:
// the caller may have it already.
func (s *sandbox) endInvoke(inv *invocation, d death) ending {
	report := s.report(inv, d.took)
	report.Status, report.ErrorType = d.status, d.errorType
	s.output.end(s.function.Logging.End(time.Now(), report, d.message)...)
	r := result{payload: d.payload, failed: true}
	if inv.answered {
		r = inv.result
	}
	began := inv.began
	if began.IsZero() {
		began = s.started // its init did not end
	}
	s.function.meter.Finish(instant.Of(began), d.took, r.failed)
	return ending{inv: inv, result: r, tail: inv.tail.last()}
}

// report returns the last log line of an invocation of the given duration.
func (s *sandbox) report(inv *invocation, took time.Duration) lambda.Report {
	return lambda.Report{
		RequestID:     inv.id,
		Duration:      took,
		Init:          inv.init,
		MemorySize:    s.function.MemorySize,
		MaxMemoryUsed: s.memory.peak(),
	}
}

// A machineError is this machine's fault and not the function's.
type machineError struct{ err error }

func (e *machineError) Error() string { return e.err.Error() }
func (e *machineError) Unwrap() error { return e.err }

// outOfResources reports whether a process did not start because this machine
// lacks a resource.
func outOfResources(err error) bool {
	for _, errno := range []error{syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

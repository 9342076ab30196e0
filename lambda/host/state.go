package host

import (
	"errors"
	"fmt"
	"time"

	"lullaby/instant"
)

// A phase is the state of a sandbox's process. The Host's lock guards it.
type phase int

const (
	starting   phase = iota // from the start of the process to its first next
	initFailed              // the process has posted an init error and is about to exit
	idle                    // a call of next waits for an invocation
	running                 // the process has an invocation
	responding              // the process sends its result in parts
	answered                // the process has posted its result and not called next again
	ended                   // the process is dead or about to be killed; its calls are refused
)

// String returns the phase's name in refusals of the Runtime API.
func (p phase) String() string {
	switch p {
	case starting:
		return "Started"
	case initFailed:
		return "InitError"
	case idle:
		return "Ready"
	case running:
		return "Running"
	case responding:
		return "InvocationResponse"
	case answered:
		return "RuntimeResponseSentState"
	default:
		return "Exited"
	}
}

// A cause is why the Host ended a process.
type cause int

const (
	itself    cause = iota // the Host did not: the process exited
	overran                // the init phase exceeded its limit
	timedOut               // the function exceeded its timeout before its answer
	lingered               // the function exceeded its timeout after its answer
	exhausted              // its processes took more memory than the function may
	halted                 // idle for too long, evicted for another function, or Close
)

// settle is how long an answer is held back until the sandbox calls next again.
// Otherwise a caller that sends one request after the other would sometimes
// find the sandbox that has just answered not yet idle, and get a cold start or
// a throttle that no caller over a network gets. Assumed: a runtime that does
// no work after its answer calls next sooner, even if all CPUs are busy.
const settle = 100 * time.Millisecond

// A state is the part of a sandbox that the Host's lock guards.
type state struct {
	phase   phase
	inv     *invocation // the current invocation; in phase starting the next one
	handed  bool        // the process has received inv
	settled bool        // the caller of inv has its answer
	claimed bool        // a call of next is finishing inv
	ready   bool        // the init phase has ended
	why     cause

	promised int64 // bytes that it is expected to take, until it is ready

	started time.Time
	due     time.Time // when timer is set to fire; an earlier firing is ignored
	timer   *time.Timer

	sigterm       bool   // an extension has registered: SIGTERM is sent before SIGKILL
	initError     []byte // as posted; nil: none
	initErrorType string
}

// wakeLocked sets the timer to due.
func (s *state) wakeLocked(now, due time.Time) {
	s.due = due
	s.timer.Reset(due.Sub(now))
}

// beginLocked gives the sandbox an invocation, whose timeout begins at now.
func (s *sandbox) beginLocked(now time.Time, inv *invocation) {
	s.phase, s.inv = running, inv
	s.handed, s.settled = false, false
	inv.began = now
	s.wakeLocked(now, now.Add(inv.function.Timeout))
}

// A step is what a call of next does.
type step int

const (
	wait   step = iota // wait for an invocation, then call nextLocked again
	rest               // the same, and nothing of the sandbox is to run meanwhile
	begin              // return the invocation for the first time
	repeat             // return the invocation again
	finish             // finish the invocation, then call releaseLocked
)

// nextLocked handles a call of next, which ends the init or the invocation that
// was answered. The error is a stateError.
func (s *sandbox) nextLocked(now time.Time) (step, *invocation, error) {
	switch s.phase {
	case starting:
		s.ready = true
		s.host.keepLocked(s)
		if s.try == secondInit {
			s.phase, s.handed = running, true
			return repeat, s.inv, nil // it began with its init
		}
		s.inv.init = now.Sub(s.started)
		s.beginLocked(now, s.inv)
		fallthrough
	case running:
		if !s.handed {
			s.handed = true
			return begin, s.inv, nil
		}
		return repeat, s.inv, nil
	case answered:
		if s.claimed {
			return wait, nil, nil
		}
		s.claimed = true
		return finish, s.inv, nil
	case idle:
		return rest, nil, nil
	default:
		return wait, nil, s.forbidden("Ready")
	}
}

// releaseLocked ends an invocation after step finish. The sandbox becomes idle,
// unless its phase is ended.
func (s *sandbox) releaseLocked(now time.Time) {
	f := s.function
	f.limits.Release()
	s.inv, s.claimed = nil, false
	s.timer.Stop()
	switch {
	case s.phase == ended:
	case f.replaced:
		s.host.haltLocked(s, halted)
	default:
		s.phase = idle
		f.idle.Put(instant.Of(now), s)
	}
}

// errRequestID refuses an answer to an invocation that is not the current one.
var errRequestID = errors.New("invalid request id")

// currentLocked refuses a call about invocation id unless that is the current one and
// the process is in a phase. The error is errRequestID or a stateError.
func (s *sandbox) currentLocked(id, into string, in phase) error {
	if s.inv == nil || !s.ready || s.inv.id != id {
		return errRequestID
	}
	if s.phase != in {
		return s.forbidden(into)
	}
	return nil
}

// respondLocked begins the result of invocation id. It returns the stream that takes
// the result, nil if the caller takes it whole. The error is that of currentLocked.
func (s *sandbox) respondLocked(id, into string) (*stream, error) {
	if err := s.currentLocked(id, into, running); err != nil {
		return nil, err
	}
	if s.inv.stream != nil {
		s.phase = responding
	}
	return s.inv.stream, nil
}

// answerLocked records the runtime's result of invocation id, in phase running, or
// responding after respondLocked. The error is that of currentLocked.
func (s *sandbox) answerLocked(now time.Time, id, into string, in phase, r result) error {
	if err := s.currentLocked(id, into, in); err != nil {
		return err
	}
	s.phase = answered
	s.inv.answered, s.inv.result = true, r
	s.wakeLocked(now, now.Add(settle))
	return nil
}

// initErrorLocked records the error that the runtime reports of its init. The
// error is a stateError.
func (s *sandbox) initErrorLocked(kind string, body []byte) error {
	if s.phase != starting {
		return s.forbidden("InitError")
	}
	s.phase, s.initErrorType, s.initError = initFailed, kind, body
	return nil
}

// A verdict is what to do when the timer has fired.
type verdict int

const (
	nothing verdict = iota
	deliver         // send the caller its answer: the runtime has not called next yet
	kill            // kill the process
)

// expireLocked handles the timer, which has fired at now.
func (s *sandbox) expireLocked(now time.Time) verdict {
	if now.Before(s.due) {
		return nothing // it was set again after it had fired
	}
	switch s.phase {
	case starting, initFailed:
		s.why = overran
		if s.try == secondInit {
			s.why = timedOut
		}
	case running, responding:
		s.why = timedOut
	case answered:
		if s.claimed {
			return nothing
		}
		if !s.settled {
			s.settled = true
			s.wakeLocked(now, s.inv.began.Add(s.function.Timeout))
			return deliver
		}
		s.why = lingered
	default:
		return nothing
	}
	s.phase = ended
	return kill
}

// runsLocked reports whether the sandbox initialises or has an invocation.
func (s *sandbox) runsLocked() bool {
	return s.phase != ended && s.phase != idle && !s.claimed
}

// haltLocked ends a sandbox in any phase.
func (h *Host) haltLocked(s *sandbox, why cause) {
	if s.phase == ended {
		return
	}
	s.function.idle.Remove(s)
	s.phase, s.why = ended, why
	close(s.halt)
}

// A stateError refuses a call of the Runtime API that does not fit the phase.
type stateError struct {
	from phase
	into string
}

func (s *sandbox) forbidden(into string) error { return &stateError{s.phase, into} }

func (e *stateError) Error() string {
	return fmt.Sprintf("State transition from %s to %s failed for runtime. Error: State transition is not allowed", e.from, e.into)
}

package host

import (
	"errors"
	"fmt"
	"time"

	"lullaby/instant"
)

// A phase is where a sandbox stands. The Host's lock guards it.
type phase int

const (
	starting   phase = iota // from the start of the process to its first request for work
	initFailed              // it has posted an init error and is about to exit
	idle                    // it has asked for work and waits
	running                 // it works
	answered                // it has answered and not yet asked for more
	ended                   // it is to be killed, or dead: nothing is taken from it any more
)

// String returns the name that the Runtime API's refusals give a phase.
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
	case answered:
		return "RuntimeResponseSentState"
	default:
		return "Exited"
	}
}

// A cause is why the Host ends a process.
type cause int

const (
	itself   cause = iota // it did not: the process ended by itself
	overran               // the init limit, in the init phase
	timedOut              // the function's timeout, without an answer
	lingered              // the function's timeout, after the answer
	halted                // idle for too long, its place needed, or Close
)

// settle is how long an answer is held back to see the sandbox ask for more
// work. A caller who sends one request after the other would else, now and
// then, find the sandbox that has just answered not yet idle, and get a cold
// start or a throttle that no caller over a network sees. Assumed: a runtime
// that does nothing behind its answer asks sooner, even on a machine whose CPUs
// are all taken.
const settle = 100 * time.Millisecond

// A state is what the Host's lock guards of a sandbox.
type state struct {
	phase   phase
	inv     *invocation // the one in hand; in phase starting the one to come
	handed  bool        // the process has inv
	settled bool        // the caller of inv has its answer
	claimed bool        // a handler of next has taken it upon itself to finish inv
	ready   bool        // the init phase is over
	why     cause

	started time.Time
	due     time.Time // what timer stands for; else it fires for nothing
	timer   *time.Timer

	sigterm       bool   // an extension has registered: SIGTERM comes before SIGKILL
	initError     []byte // as posted; nil: none was
	initErrorType string
}

// wakeLocked sets the timer.
func (s *state) wakeLocked(now, due time.Time) {
	s.due = due
	s.timer.Reset(due.Sub(now))
}

// beginLocked gives the sandbox, which has asked for it, an invocation.
func (s *sandbox) beginLocked(now time.Time, inv *invocation) {
	s.phase, s.inv = running, inv
	s.handed, s.settled = false, false
	inv.began = now
	s.wakeLocked(now, now.Add(inv.function.Timeout))
}

// A step is what a request for work leads to.
type step int

const (
	wait   step = iota // until there is some, then ask again
	begin              // hand out the invocation, its first time
	repeat             // hand it out again
	finish             // it; the caller owns it and calls releaseLocked
)

// nextLocked is the runtime asking for work: the end of its init, or of the
// invocation that it has answered.
func (s *sandbox) nextLocked(now time.Time) (step, *invocation, error) {
	switch s.phase {
	case starting:
		s.ready = true
		if s.try == secondInit {
			s.phase, s.handed = running, true
			return repeat, s.inv, nil // it has begun with its init
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
		return wait, nil, nil
	default:
		return wait, nil, s.forbidden("Ready")
	}
}

// releaseLocked ends an invocation that nextLocked had finished, and makes the
// sandbox idle unless it has been ended meanwhile.
func (s *sandbox) releaseLocked(now time.Time) {
	f := s.function
	f.limits.Release()
	s.inv, s.claimed = nil, false
	s.timer.Stop()
	if s.phase != ended {
		s.phase = idle
		f.idle.Put(instant.Of(now), s)
	}
}

// errRequestID refuses an answer to an invocation that is not in hand.
var errRequestID = errors.New("invalid request id")

// answerLocked is the runtime's result for an invocation.
func (s *sandbox) answerLocked(now time.Time, id, into string, r result) error {
	if s.inv == nil || !s.ready || s.inv.id != id {
		return errRequestID
	}
	if s.phase != running {
		return s.forbidden(into)
	}
	s.phase = answered
	s.inv.answered, s.inv.result = true, r
	s.wakeLocked(now, now.Add(settle))
	return nil
}

// initErrorLocked is the runtime giving up during its init.
func (s *sandbox) initErrorLocked(kind string, body []byte) error {
	if s.phase != starting {
		return s.forbidden("InitError")
	}
	s.phase, s.initErrorType, s.initError = initFailed, kind, body
	return nil
}

// A verdict is what follows from a timer.
type verdict int

const (
	nothing verdict = iota
	tell            // the caller its answer: the function is slow to come back
	kill            // the process
)

// expireLocked is the timer firing at now.
func (s *sandbox) expireLocked(now time.Time) verdict {
	if now.Before(s.due) {
		return nothing // it was set anew after it had fired
	}
	switch s.phase {
	case starting, initFailed:
		s.why = overran
		if s.try == secondInit {
			s.why = timedOut
		}
	case running:
		s.why = timedOut
	case answered:
		if s.claimed {
			return nothing
		}
		if !s.settled {
			s.settled = true
			s.wakeLocked(now, s.inv.began.Add(s.function.Timeout))
			return tell
		}
		s.why = lingered
	default:
		return nothing
	}
	s.phase = ended
	return kill
}

// haltLocked has a sandbox end, whatever it does.
func (h *Host) haltLocked(s *sandbox) {
	if s.phase == ended {
		return
	}
	s.function.idle.Remove(s)
	s.phase, s.why = ended, halted
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

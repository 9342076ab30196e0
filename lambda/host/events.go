package host

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// events are the asynchronous invocations that are not done. They are in memory
// only: events that have not run when the Host closes are lost. Each event has a
// goroutine from its acceptance until it has run or is dropped. Safe for
// concurrent use.
type events struct {
	perform func(*invocation) (failed bool, err error)
	drop    func(inv *invocation, why string) // notes that an event will not run

	places  chan struct{} // capacity MaxEvents; one in it for each event
	turns   chan struct{} // capacity MaxSandboxes; one in it for each attempt under way
	closing chan struct{} // closed by close

	mu struct {
		sync.Mutex
		closed  bool
		running sync.WaitGroup // Add only under the lock and before closed
	}
}

// newEvents returns an empty queue. perform runs one attempt to its end; it
// returns an error if the function did not run.
func newEvents(perform func(*invocation) (bool, error), drop func(*invocation, string), o Options) *events {
	return &events{
		perform: perform, drop: drop,
		places:  make(chan struct{}, o.MaxEvents),
		turns:   make(chan struct{}, o.MaxSandboxes),
		closing: make(chan struct{}),
	}
}

// add accepts an event. With MaxEvents waiting the error is a ThrottleError of
// this machine.
func (e *events) add(inv *invocation) error {
	select {
	case e.places <- struct{}{}:
	default:
		return &lambda.ThrottleError{Function: inv.function.Name, Machine: true}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.mu.closed {
		<-e.places
		return ErrClosed
	}
	e.mu.running.Go(func() {
		e.run(inv)
		<-e.places
	})
	return nil
}

// close drops the events that have not run and waits for those that run, which the
// Host ends.
func (e *events) close() {
	e.mu.Lock()
	e.mu.closed = true
	e.mu.Unlock()
	close(e.closing)
	e.mu.running.Wait()
}

// run attempts an event until it has run, or no further attempt is allowed.
func (e *events) run(inv *invocation) {
	retry := lambda.NewEventRetry(instant.Of(inv.accepted))
	for {
		failed, err := e.attempt(inv)
		now := instant.Of(time.Now())
		var at instant.Instant
		var again bool
		switch {
		case errors.Is(err, ErrClosed), err == nil && !failed:
			return
		case stopped(inv.function):
			e.drop(inv, "has a reserved concurrency of 0")
			return
		case err != nil:
			at, again = retry.Refused(now)
		default:
			at, again = retry.Failed(now)
		}
		if !again {
			e.drop(inv, fmt.Sprintf("has failed %d times", retry.Attempts()))
			return
		}
		if !e.sleep(at.Sub(now)) {
			return
		}
	}
}

// attempt performs inv when a turn is free. There are MaxSandboxes turns, so that
// a burst of events waits here: otherwise this machine would throttle it into ever
// longer waits.
func (e *events) attempt(inv *invocation) (failed bool, err error) {
	select {
	case e.turns <- struct{}{}:
	case <-e.closing:
		return false, ErrClosed
	}
	defer func() { <-e.turns }()
	return e.perform(inv)
}

// stopped reports whether a function may not run at all. Its events are not
// retried (docs/aws/lambda.md#functions-stopped-by-zero).
func stopped(f *function) bool {
	return f.ReservedConcurrency != nil && *f.ReservedConcurrency == 0
}

// sleep waits for d. It returns false if close interrupted it.
func (e *events) sleep(d time.Duration) bool {
	due := time.NewTimer(d)
	defer due.Stop()
	select {
	case <-due.C:
		return true
	case <-e.closing:
		return false
	}
}

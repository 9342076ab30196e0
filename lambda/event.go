package lambda

import (
	"time"

	"lullaby/instant"
)

// Retries of asynchronous invocations ("Asynchronous invocation" of the
// Developer Guide; facts lambda.md 6). Each is the default that a template
// cannot yet change.
const (
	MaxEventAge      = 6 * time.Hour   // then the event is dropped
	firstRefusalWait = time.Second     // after a throttle or a system error,
	lastRefusalWait  = 5 * time.Minute // doubling up to this
)

// failureWaits are the waits before the retries that follow function errors.
var failureWaits = [...]time.Duration{time.Minute, 2 * time.Minute}

// An EventRetry says when an asynchronous invocation is tried again. Function
// errors get two retries; throttles get as many as fit into MaxEventAge. Not
// safe for concurrent use.
type EventRetry struct {
	accepted instant.Instant

	failures int
	refusals int // in a row
}

// NewEventRetry returns the retries of an event that was accepted at now.
func NewEventRetry(now instant.Instant) EventRetry {
	return EventRetry{accepted: now}
}

// Attempts returns how often the function has run, and failed.
func (r *EventRetry) Attempts() int { return r.failures }

// Failed takes note of a function error at now. It returns when to try again;
// again is false if the event is to be dropped.
func (r *EventRetry) Failed(now instant.Instant) (at instant.Instant, again bool) {
	r.failures++
	r.refusals = 0
	if r.failures > len(failureWaits) {
		return 0, false
	}
	return r.after(now, failureWaits[r.failures-1])
}

// Refused takes note of a throttle or a system error at now. It returns as
// Failed does.
func (r *EventRetry) Refused(now instant.Instant) (at instant.Instant, again bool) {
	wait := lastRefusalWait
	if shift := r.refusals; firstRefusalWait<<shift < lastRefusalWait {
		wait = firstRefusalWait << shift
		r.refusals++
	}
	return r.after(now, wait)
}

func (r *EventRetry) after(now instant.Instant, wait time.Duration) (at instant.Instant, again bool) {
	at = now.Add(wait)
	if at.Sub(r.accepted) > MaxEventAge {
		return 0, false
	}
	return at, true
}

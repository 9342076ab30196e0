package lambda

import (
	"time"

	"lullaby/instant"
)

// Retries of asynchronous invocations
// (docs/aws/lambda.md#asynchronous-retries). These are AWS's defaults; no
// template can change them yet.
const (
	MaxEventAge      = 6 * time.Hour   // an older event is dropped
	firstRefusalWait = time.Second     // after the first throttle or system error in a row,
	lastRefusalWait  = 5 * time.Minute // doubled by each further one up to this
)

// failureWaits are the waits before the retries after a function error.
var failureWaits = [...]time.Duration{time.Minute, 2 * time.Minute}

// An EventRetry decides when an asynchronous invocation is tried again.
// Function errors are retried twice; throttles and system errors until
// MaxEventAge. Make one with NewEventRetry. Not safe for concurrent use.
type EventRetry struct {
	accepted instant.Instant

	failures int
	refusals int // in a row
}

// NewEventRetry returns the retries of an event accepted at now.
func NewEventRetry(now instant.Instant) EventRetry {
	return EventRetry{accepted: now}
}

// Attempts returns how often the function has run. Each run has failed.
func (r *EventRetry) Attempts() int { return r.failures }

// Failed records a function error at now and returns when to try again. again
// is false if the event is dropped.
func (r *EventRetry) Failed(now instant.Instant) (at instant.Instant, again bool) {
	r.failures++
	r.refusals = 0
	if r.failures > len(failureWaits) {
		return 0, false
	}
	return r.after(now, failureWaits[r.failures-1])
}

// Refused records a throttle or system error at now. It returns what Failed
// does.
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

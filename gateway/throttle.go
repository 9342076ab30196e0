package gateway

import (
	"lullaby/capacity"
	"lullaby/instant"
)

// A Throttle is the token bucket of an account in one region. Each request to
// any of its APIs takes one token. Make one with NewThrottle. Not safe for
// concurrent use: the caller locks.
type Throttle struct {
	unlimited bool
	bucket    capacity.TokenBucket // one token is one request
}

// NewThrottle returns a full Throttle.
func NewThrottle(l Limits) Throttle {
	l = l.withDefaults()
	return Throttle{
		unlimited: l.Unlimited,
		bucket:    capacity.NewTokenBucket(0, capacity.PerSecond(l.RequestsPerSecond), capacity.Tokens(l.Burst)*capacity.Unit),
	}
}

// Take takes a token at now. It reports false, and takes nothing, if there is
// none.
func (t *Throttle) Take(now instant.Instant) bool {
	if t.unlimited {
		return true
	}
	if t.bucket.Wait(now, capacity.Unit) > 0 {
		return false
	}
	t.bucket.Charge(now, capacity.Unit)
	return true
}

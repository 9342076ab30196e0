package gateway

import (
	"lullaby/capacity"
	"lullaby/instant"
)

// A Throttle is the token bucket of an account and region, of which a request
// to any of its APIs takes one token. Make one with NewThrottle. Not safe for
// concurrent use: an edge locks.
type Throttle struct {
	unlimited bool
	bucket    capacity.TokenBucket // a token is a request
}

// NewThrottle returns a full Throttle.
func NewThrottle(l Limits) Throttle {
	l = l.withDefaults()
	return Throttle{
		unlimited: l.Unlimited,
		bucket:    capacity.NewTokenBucket(0, capacity.PerSecond(l.RequestsPerSecond), capacity.Tokens(l.Burst)*capacity.Unit),
	}
}

// Take takes a token at now, or reports that there is none.
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

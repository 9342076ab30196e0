package gateway

import (
	"sync"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
)

// The default throttle of an account in one region, which all its APIs share:
// requests a second, and as many at once ("Quotas for configuring and running
// a REST API" of the guide as archived in June 2023; its newer pages no longer
// print the burst). Some regions have a quarter of both.
const (
	DefaultRate  = 10_000
	DefaultBurst = 5_000
)

// A Throttle is the token bucket of an account and region, of which a request
// takes one token. The zero Throttle refuses nothing. It is safe for concurrent
// use.
type Throttle struct {
	limited bool

	mu struct {
		sync.Mutex
		bucket capacity.TokenBucket // a token is a request
	}
}

// NewThrottle returns a full Throttle of rate requests a second and burst
// requests at once.
func NewThrottle(rate, burst int64) *Throttle {
	t := &Throttle{limited: true}
	t.mu.bucket = capacity.NewTokenBucket(0, capacity.PerSecond(rate), capacity.Tokens(burst)*capacity.Unit)
	return t
}

// Take takes a token at now, or reports that there is none.
func (t *Throttle) Take(now time.Time) bool {
	if !t.limited {
		return true
	}
	at := instant.Of(now)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.bucket.Balance(at) < capacity.Unit {
		return false
	}
	t.mu.bucket.Charge(at, capacity.Unit)
	return true
}

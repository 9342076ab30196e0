package rest

import (
	"sync"

	"lullaby/gateway"
	"lullaby/instant"
)

// A Throttle is an account's gateway.Throttle behind a lock, for all its APIs.
// It is safe for concurrent use.
type Throttle struct {
	mu struct {
		sync.Mutex
		throttle gateway.Throttle
	}
}

// NewThrottle returns a full Throttle.
func NewThrottle(l gateway.Limits) *Throttle {
	t := new(Throttle)
	t.mu.throttle = gateway.NewThrottle(l)
	return t
}

// Take takes a token at now, or reports that there is none.
func (t *Throttle) Take(now instant.Instant) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mu.throttle.Take(now)
}

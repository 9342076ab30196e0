package edge

import (
	"sync"

	"lullaby/gateway"
	"lullaby/instant"
)

// A Throttle is a gateway.Throttle with a lock. Make one with NewThrottle, for
// all APIs of an account in one region. Safe for concurrent use.
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

// NewMethodThrottle returns the full Throttle of a method, nil if its stage sets
// no limits.
func NewMethodThrottle(l *gateway.MethodLimits, unlimited bool) *Throttle {
	if l == nil {
		return nil
	}
	t := new(Throttle)
	t.mu.throttle = gateway.NewMethodThrottle(*l, unlimited)
	return t
}

// Take takes a token at now. It reports false, and takes nothing, if there is
// none.
func (t *Throttle) Take(now instant.Instant) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mu.throttle.Take(now)
}

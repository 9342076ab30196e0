package gateway

import (
	"strings"

	"lullaby/capacity"
	"lullaby/instant"
)

// A Throttle is the token bucket of an account in one region, of which each
// request to any of its APIs takes one token, or that of one method of a stage.
// Make one with NewThrottle or NewMethodThrottle. Not safe for concurrent use:
// the caller locks.
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

// MethodLimits are what a stage sets for one of its methods
// (docs/aws/gateway.md#method-throttles).
type MethodLimits struct {
	Rate  capacity.Rate // a unit is a request
	Burst int64         // requests at once
}

// PlanMethod returns the name that a usage plan has for a method of a path, as its
// Throttle has it without doubled slashes: /item/POST, /GET.
func PlanMethod(path, verb string) string { return "/" + strings.TrimLeft(path+"/"+verb, "/") }

// NewMethodThrottle returns the full Throttle of a method. A request takes a
// token of it first, and then one of the account's.
func NewMethodThrottle(l MethodLimits, unlimited bool) Throttle {
	return Throttle{unlimited: unlimited, bucket: capacity.NewTokenBucket(0, l.Rate, capacity.Tokens(l.Burst)*capacity.Unit)}
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

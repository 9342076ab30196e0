package gateway

import "time"

// The default throttle of an account in one region, which all its APIs share:
// requests a second, and as many at once ("Quotas for configuring and running
// a REST API" of the guide as archived in June 2023; its newer pages no longer
// print the burst). Some regions have a quarter of both.
const (
	DefaultRate  = 10_000
	DefaultBurst = 5_000
)

// Limits are the throttle of one account in one region. A number that is not
// positive is AWS's default.
type Limits struct {
	RequestsPerSecond int64 // of all APIs together: DefaultRate
	Burst             int64 // at once: DefaultBurst
	Unlimited         bool  // nothing is throttled
}

func (l Limits) withDefaults() Limits {
	if l.RequestsPerSecond <= 0 {
		l.RequestsPerSecond = DefaultRate
	}
	if l.Burst <= 0 {
		l.Burst = DefaultBurst
	}
	return l
}

// Bounds of an integration's time-out ("Quotas for configuring and running a
// REST API" of the guide). A route that names none has the longest.
const (
	MinTimeout = 50 * time.Millisecond
	MaxTimeout = 29 * time.Second
)

// Sizes of a request in bytes (the same page).
const (
	MaxBodyBytes   = 10 << 20 // Lambda's 6 MB for the event bite first
	MaxHeaderBytes = 10_240   // all header values together
	MaxURLBytes    = 10_240   // of a regional API
)

// CheckHead returns the refusal of a request whose URL or header values are
// too long, in bytes, or 0.
func CheckHead(url, headers int) Refusal {
	switch {
	case url > MaxURLBytes:
		return URLTooLong
	case headers > MaxHeaderBytes:
		return HeadersTooLong
	default:
		return 0
	}
}

package gateway

import "time"

// The default throttle of an account in one region, for all its APIs together:
// requests a second, and requests at once ("Quotas for configuring and running
// a REST API" of the guide as archived in June 2023; newer pages do not give
// the burst). Some regions have a quarter of both.
const (
	defaultRate  = 10_000
	defaultBurst = 5_000
)

// The rate and the burst of a method whose stage sets only the other one.
const (
	DefaultRate  = defaultRate
	DefaultBurst = defaultBurst
)

// Limits are the throttle of one account in one region. A number that is not
// positive means AWS's default.
type Limits struct {
	RequestsPerSecond int64 // of all APIs together; default 10,000
	Burst             int64 // requests at once; default 5,000
	Unlimited         bool  // nothing is throttled
}

func (l Limits) withDefaults() Limits {
	if l.RequestsPerSecond <= 0 {
		l.RequestsPerSecond = defaultRate
	}
	if l.Burst <= 0 {
		l.Burst = defaultBurst
	}
	return l
}

// Bounds of an integration's timeout ("Quotas for configuring and running a
// REST API" of the guide). The default is MaxTimeout.
const (
	MinTimeout = 50 * time.Millisecond
	MaxTimeout = 29 * time.Second
)

// MaxHTTPTimeout is the longest timeout of an integration of an HTTP API, and the
// default (docs/aws/httpapi.md#timeout).
const MaxHTTPTimeout = 30 * time.Second

// AuthorizerTimeout is how long an HTTP API waits for the function of an authorizer
// ("Quotas for configuring and running an HTTP API" of the guide). Assumed: so does
// a REST API, whose integrations' timeouts do not count for it
// (docs/aws/gateway.md#refusals-of-authorizers).
const AuthorizerTimeout = 10 * time.Second

// MaxURLTimeout is the longest that a function URL waits: the longest timeout of a
// function ("Lambda quotas" of the Lambda guide), and a minute for its start.
// Assumed: the minute; Lambda ends the function before.
const MaxURLTimeout = 16 * time.Minute

// MaxMethodARN is the longest ARN of a method that has an authorizer, in bytes
// (docs/aws/gateway.md#refusals-of-authorizers).
const MaxMethodARN = 1_600

// Sizes of a request in bytes (same page).
const (
	MaxBodyBytes   = 10 << 20 // Lambda's 6 MB for the event are usually reached first
	MaxHeaderBytes = 10_240   // all header values together
	MaxURLBytes    = 10_240   // of a regional API
)

// CheckHead returns the refusal of a request whose URL or header values are too
// long, else 0. url and headers are in bytes.
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

// CheckHTTPHead is CheckHead for an HTTP API, whose limit is for the request line
// and all headers together (docs/aws/httpapi.md#limits). line and headers are in
// bytes, headers with their names. Assumed: a line that alone is too long is
// answered as URLTooLong; a function URL has the same limits.
func CheckHTTPHead(line, headers int) Refusal {
	switch {
	case line > MaxHeaderBytes:
		return URLTooLong
	case line+headers > MaxHeaderBytes:
		return HeadersTooLong
	default:
		return 0
	}
}

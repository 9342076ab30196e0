package lambda

import "time"

// Limits are the quotas of one account in one region. A field that is not
// positive is AWS's default ("Lambda quotas" and "Lambda scaling behavior" of
// the Developer Guide; facts lambda.md 5).
type Limits struct {
	ConcurrentExecutions int // at one time, of all functions: 1,000
	ScaleOut             int // new sandboxes of one function in 10 s: 1,000
	RequestsPerSecond    int // for each unit of concurrency: 10

	Unlimited bool // nothing is refused; what runs is counted all the same
}

const (
	defaultConcurrency       = 1_000
	defaultScaleOut          = 1_000
	defaultRequestsPerSecond = 10

	// scaleWindow is the time in which ScaleOut sandboxes may start.
	scaleWindow = 10 * time.Second

	// minUnreserved is what reservations have to leave to the functions that
	// have none. An account with less than that keeps all of it: the refusals
	// of new accounts name their own limit.
	minUnreserved = 100
)

func (l Limits) withDefaults() Limits {
	l.ConcurrentExecutions = positive(l.ConcurrentExecutions, defaultConcurrency)
	l.ScaleOut = positive(l.ScaleOut, defaultScaleOut)
	l.RequestsPerSecond = positive(l.RequestsPerSecond, defaultRequestsPerSecond)
	return l
}

func positive(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// A Limit is one of the rules that can refuse an invocation, for people. It
// is finer than the reason that AWS gives.
type Limit string

// The limits of the model.
const (
	AccountConcurrency  Limit = "account concurrency"   // of all functions that reserve none
	ReservedConcurrency Limit = "reserved concurrency"  // of the function; 0 stops it
	AccountRequestRate  Limit = "account request rate"  // 10 a second for each unreserved unit
	ReservedRequestRate Limit = "reserved request rate" // 10 a second for each reserved unit
	ScaleRate           Limit = "scale rate"            // 1,000 new sandboxes in 10 s for each function
)

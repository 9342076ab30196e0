package lambda

import "time"

// Limits are the quotas of one account in one region. The zero value has AWS's
// defaults, as has each number that is not positive
// (docs/aws/lambda.md#concurrency, docs/aws/lambda.md#scale-rate,
// docs/aws/lambda.md#request-rate).
type Limits struct {
	ConcurrentExecutions int // concurrent invocations of all functions: 1,000
	ScaleOut             int // new sandboxes of one function in 10 s: 1,000
	RequestsPerSecond    int // for each unit of concurrency: 10

	Unlimited bool // no invocation is refused; running ones are still counted
}

const (
	defaultConcurrency       = 1_000
	defaultScaleOut          = 1_000
	defaultRequestsPerSecond = 10

	// scaleWindow is the window in which ScaleOut sandboxes may start.
	scaleWindow = 10 * time.Second

	// minUnreserved is the concurrency that reservations must leave unreserved.
	// An account with less cannot reserve any: the refusals of new accounts
	// name their own limit.
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

// A Limit is one of the limits that can refuse an invocation, as text for
// people. It is more precise than AWS's reason.
type Limit string

// The limits of the model.
const (
	AccountConcurrency  Limit = "account concurrency"   // of all functions that reserve nothing
	ReservedConcurrency Limit = "reserved concurrency"  // of the function; 0 stops it
	AccountRequestRate  Limit = "account request rate"  // 10 a second for each unreserved unit
	ReservedRequestRate Limit = "reserved request rate" // 10 a second for each reserved unit
	ScaleRate           Limit = "scale rate"            // new sandboxes of a function in 10 s
)

package lambda

import (
	"fmt"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
)

// An Account is the concurrency of one account in one region: how much of it
// functions reserve, how much is left to the others, and how many invocations
// run. Make one with NewAccount. Neither it nor its Functions are safe for
// concurrent use: the owner locks all of them together.
type Account struct {
	limits    Limits
	functions map[string]*Function

	reserved   int                  // sum of all reservations
	unreserved int                  // running invocations of functions that reserve nothing
	running    int                  // all running invocations
	requests   capacity.TokenBucket // shared by all functions that reserve nothing
}

// NewAccount returns an account with no functions.
func NewAccount(limits Limits) *Account {
	a := &Account{limits: limits.withDefaults(), functions: map[string]*Function{}}
	a.requests = a.requestRate(a.limits.ConcurrentExecutions)
	return a
}

// requestRate returns a bucket of the invocations a second that a concurrency
// allows. Assumed: one second's worth may come at once.
func (a *Account) requestRate(concurrency int) capacity.TokenBucket {
	return full(concurrency*a.limits.RequestsPerSecond, time.Second)
}

// invocation is what one invocation takes from a bucket.
const invocation = capacity.Unit

// full returns a full bucket that admits count invocations in every window. Its
// burst is count.
func full(count int, window time.Duration) capacity.TokenBucket {
	burst := capacity.Tokens(count) * invocation
	return capacity.NewTokenBucket(0, capacity.Rate{Tokens: burst, Per: window}, burst)
}

// A Function is the concurrency of one function. Make one with AddFunction.
type Function struct {
	account *Account
	name    string

	reserved *int // nil: none
	running  int
	requests capacity.TokenBucket // used if reserved is not nil
	scale    capacity.TokenBucket
}

// AddFunction adds a function, before the first invocation in the account.
// reserved is its reserved concurrency, nil: none. A reservation is a guarantee
// and a cap: no other function can use it, and this one gets no more; 0 stops
// the function.
//
// AddFunction refuses a name that exists and a negative reservation. It returns
// a ReservationError for a reservation that leaves less than 100 unreserved, or
// less than the whole account if that is smaller.
func (a *Account) AddFunction(name string, reserved *int) (*Function, error) {
	if a.functions[name] != nil {
		return nil, fmt.Errorf("function %q exists already", name)
	}
	f := &Function{account: a, name: name, scale: full(a.limits.ScaleOut, scaleWindow)}
	if reserved != nil {
		if err := a.reserve(f, *reserved); err != nil {
			return nil, err
		}
	}
	a.functions[name] = f
	return f, nil
}

func (a *Account) reserve(f *Function, n int) error {
	if n < 0 {
		return fmt.Errorf("1 validation error detected: Value '%d' at 'reservedConcurrentExecutions' "+
			"failed to satisfy constraint: Member must have value greater than or equal to 0", n)
	}
	total := a.limits.ConcurrentExecutions
	if least := min(minUnreserved, total); n > 0 && total-a.reserved-n < least {
		return &ReservationError{Function: f.name, Minimum: least}
	}
	a.reserved += n
	f.reserved = &n
	f.requests = a.requestRate(n)
	a.requests = a.requestRate(total - a.reserved)
	return nil
}

// ConcurrentExecutions returns how many invocations run in the account.
func (a *Account) ConcurrentExecutions() int { return a.running }

// UnreservedConcurrentExecutions returns how many invocations run in functions
// that reserve nothing.
func (a *Account) UnreservedConcurrentExecutions() int { return a.unreserved }

// Admit starts one invocation at now, or returns a *ThrottleError and changes
// nothing. warm: an idle sandbox takes the invocation, so it does not count
// against the scale rate. The caller ends each admitted invocation with
// Release.
func (f *Function) Admit(now instant.Instant, warm bool) error {
	if !f.account.limits.Unlimited {
		if refusal := f.refusal(now, warm); refusal != nil {
			return refusal
		}
		f.rate().Charge(now, invocation)
		if !warm {
			f.scale.Charge(now, invocation)
		}
	}
	f.account.running++
	f.running++
	if f.reserved == nil {
		f.account.unreserved++
	}
	return nil
}

// Release ends an admitted invocation. It panics if none runs.
func (f *Function) Release() {
	if f.running == 0 {
		panic("lambda: Release of " + f.name + " without Admit")
	}
	f.account.running--
	f.running--
	if f.reserved == nil {
		f.account.unreserved--
	}
}

// refusal returns the first limit that refuses an invocation at now, nil if none
// does. Assumed: AWS checks concurrency first, and gives the same reason for the
// scale rate as for the account's concurrency. No page says it.
func (f *Function) refusal(now instant.Instant, warm bool) *ThrottleError {
	a := f.account
	concurrency, reason := AccountConcurrency, ConcurrentInvocationLimitExceeded
	rateLimit, rateReason := AccountRequestRate, InvocationRateLimitExceeded
	running, most := a.unreserved, a.limits.ConcurrentExecutions-a.reserved
	if f.reserved != nil {
		concurrency, reason = ReservedConcurrency, ReservedConcurrentInvocationLimitExceeded
		rateLimit, rateReason = ReservedRequestRate, ReservedInvocationRateLimitExceeded
		running, most = f.running, *f.reserved
	}
	if running >= most {
		return &ThrottleError{Function: f.name, Limit: concurrency, Reason: reason}
	}
	if wait := f.rate().Wait(now, invocation); wait > 0 {
		return &ThrottleError{Function: f.name, Limit: rateLimit, Reason: rateReason, RetryAfter: wait}
	}
	if warm {
		return nil
	}
	if wait := f.scale.Wait(now, invocation); wait > 0 {
		return &ThrottleError{
			Function: f.name, Limit: ScaleRate,
			Reason: ConcurrentInvocationLimitExceeded, RetryAfter: wait,
		}
	}
	return nil
}

// rate returns the request rate that applies to f. Assumed: functions that
// reserve nothing share one, as they share their concurrency.
func (f *Function) rate() *capacity.TokenBucket {
	if f.reserved != nil {
		return &f.requests
	}
	return &f.account.requests
}

package retry

import (
	"math/rand/v2"
	"time"

	"lullaby/instant"
)

// An Outcome says what becomes of a call after a failure. The zero Outcome is
// FinalFailure.
type Outcome uint8

// The outcomes. All but Again are the end of the call.
const (
	FinalFailure  Outcome = iota // the policy does not retry this class
	Again                        // another attempt, at Decision.At
	AttemptsSpent                // it was the last attempt
	TimeSpent                    // StopAfter
	DeadlineNear                 // the next attempt would not begin before the deadline
	QuotaSpent                   // the quota has not the tokens
	Cancelled                    // the caller has given up

	outcomes
)

var outcomeNames = [outcomes]string{
	"final failure", "again", "attempts spent", "time spent", "deadline near", "quota spent", "cancelled",
}

// String returns the outcome in words.
func (o Outcome) String() string {
	if o >= outcomes {
		return "unknown outcome"
	}
	return outcomeNames[o]
}

// A Failure is what an attempt ended with.
type Failure struct {
	Class Class
	// Hint is the delay that the service asked for, x-amz-retry-after, 0 if
	// none. V21 keeps to it between its own delay and 5 s more; the others do not
	// know it.
	Hint time.Duration
}

// maxHint is how much a hint adds to a delay at most (aws-sdk-go-v2 1.48,
// aws/retry).
const maxHint = 5 * time.Second

// Hinted returns the delay that V21 makes of its own and a service's hint: the
// hint, as long as that is no shorter, and not more than 5 s longer.
func Hinted(delay, hint time.Duration) time.Duration {
	return min(max(delay, hint), plus(delay, maxHint))
}

// A Decision is the answer to a failure.
type Decision struct {
	Outcome Outcome
	// Delay is the wait before the next attempt. It is also set when the deadline
	// or the quota refused it, or StopUpcoming did: what a client may be told to
	// wait.
	Delay time.Duration
	At    instant.Instant // the instant of the next attempt; zero unless Again
}

// A Call is one operation under a policy: begun, then told of each failure, and
// of the success if there is one. Make one with Policy.Begin; the zero Call has
// the zero Policy.
type Call struct {
	policy    Policy
	quota     *Quota
	began     instant.Instant
	deadline  instant.Instant
	failed    int
	previous  time.Duration
	waited    time.Duration
	paid      int // tokens, for the retry under way
	cancelled bool
}

// Begin starts a call at now. No attempt is begun at the deadline or later: give
// it with what the answer still needs taken off. A zero deadline is none, as all
// the SDKs behave. A nil quota refuses nothing.
func (p Policy) Begin(now, deadline instant.Instant, quota *Quota) Call {
	return Call{policy: p, quota: quota, began: now, deadline: deadline}
}

// Open reports whether an attempt may begin at now: not once the call is
// cancelled, nor at its deadline or later. Fail has asked already; ask before
// the first attempt.
func (c *Call) Open(now instant.Instant) bool {
	return !c.cancelled && (c.deadline.IsZero() || now.Before(c.deadline))
}

// Cancel ends the call: every decision from here on is Cancelled.
func (c *Call) Cancel() { c.cancelled = true }

// Failed returns how many attempts have failed.
func (c *Call) Failed() int { return c.failed }

// Waited returns the sum of the delays decided on.
func (c *Call) Waited() time.Duration { return c.waited }

// Fail tells of an attempt that failed at now, and decides. A delay is drawn from
// rng only where class, attempts and time allow another attempt, and tokens are
// taken only where the deadline allows it too. An instant before the call began
// counts as that one.
func (c *Call) Fail(now instant.Instant, f Failure, rng *rand.Rand) Decision {
	c.failed++
	c.paid = 0
	p := &c.policy
	elapsed := max(now.Sub(c.began), 0)
	switch {
	case c.cancelled:
		return Decision{Outcome: Cancelled}
	case !p.Retries(f.Class):
		return Decision{Outcome: FinalFailure}
	case c.failed >= p.o.MaxAttempts:
		return Decision{Outcome: AttemptsSpent}
	case p.o.StopAfter != 0 && elapsed >= p.o.StopAfter:
		return Decision{Outcome: TimeSpent}
	case !c.Open(now):
		return Decision{Outcome: DeadlineNear}
	}
	delay := p.Delay(c.failed, f.Class, c.previous, rng)
	if p.form == V21 {
		delay = Hinted(delay, f.Hint)
	}
	if p.o.StopAfter != 0 && p.o.StopRule == StopUpcoming && plus(elapsed, delay) >= p.o.StopAfter {
		return Decision{Outcome: TimeSpent, Delay: delay}
	}
	d := c.Weigh(now, delay)
	if d.Outcome != Again {
		return d
	}
	paid, ok := c.quota.take(f.Class)
	if !ok {
		return Decision{Outcome: QuotaSpent, Delay: delay}
	}
	c.paid, c.previous, c.waited = paid, delay, plus(c.waited, delay)
	return d
}

// Weigh holds a delay that somebody else has drawn against the deadline alone,
// and changes nothing: Again, DeadlineNear, or Cancelled.
func (c *Call) Weigh(now instant.Instant, delay time.Duration) Decision {
	at := instant.Instant(plus(time.Duration(now), delay)) // a delay may be Forever
	switch {
	case c.cancelled:
		return Decision{Outcome: Cancelled}
	case !c.Open(at):
		return Decision{Outcome: DeadlineNear, Delay: delay}
	}
	return Decision{Outcome: Again, Delay: delay, At: at}
}

// Succeed tells of the attempt that succeeded and gives the quota its due.
func (c *Call) Succeed() {
	c.quota.repay(c.paid, c.failed == 0)
	c.paid = 0
}

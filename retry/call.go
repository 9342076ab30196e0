package retry

import (
	"math/rand/v2"
	"time"

	"lullaby/instant"
)

// An Outcome says whether a call goes on after a failure, and if not, why it
// ends. The zero Outcome is FinalFailure.
type Outcome uint8

// The outcomes. All but Again end the call.
const (
	FinalFailure  Outcome = iota // the policy does not retry this class
	Again                        // another attempt, at Decision.At
	AttemptsSpent                // it was the last attempt
	TimeSpent                    // StopAfter has passed
	DeadlineNear                 // the next attempt would begin at the deadline or later
	QuotaSpent                   // the quota holds less than the retry costs
	Cancelled                    // Cancel was called

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

// A Failure is how an attempt failed.
type Failure struct {
	Class Class
	// Hint is the delay that the service asks for in x-amz-retry-after, 0 if
	// none. V21 follows it between its own delay and 5 s more; the other forms
	// ignore it.
	Hint time.Duration
}

// maxHint is how much a hint adds to a delay at most
// (docs/aws/retries.md#retry-behavior-21).
const maxHint = 5 * time.Second

// Hinted returns the delay of V21 for its own delay and a service's hint: the
// hint, but at least delay and at most 5 s more than that.
func Hinted(delay, hint time.Duration) time.Duration {
	return min(max(delay, hint), plus(delay, maxHint))
}

// A Decision is the answer to a failure.
type Decision struct {
	Outcome Outcome
	// Delay is the wait before the next attempt. It is also set if the deadline, the
	// quota or StopUpcoming refuses that attempt; a caller may pass it on to its
	// client.
	Delay time.Duration
	At    instant.Instant // the instant of the next attempt; zero unless Again
}

// A Call is one operation under a policy. Policy.Begin makes it; its caller then
// reports each failure by Fail and a success by Succeed. The zero Call has the
// zero Policy. Not safe for concurrent use.
type Call struct {
	policy    Policy
	quota     *Quota
	began     instant.Instant
	deadline  instant.Instant
	failed    int
	previous  time.Duration
	waited    time.Duration
	paid      int // tokens taken for the retry under way
	cancelled bool
}

// Begin starts a call at now. No attempt begins at the deadline or later, so the
// caller subtracts the time that the answer needs. A zero deadline is none, as
// in all the SDKs. A nil quota refuses nothing.
func (p Policy) Begin(now, deadline instant.Instant, quota *Quota) Call {
	return Call{policy: p, quota: quota, began: now, deadline: deadline}
}

// Open reports whether an attempt may begin at now: the call is not cancelled
// and its deadline is later. Fail checks this itself; call Open before the first
// attempt.
func (c *Call) Open(now instant.Instant) bool {
	return !c.cancelled && (c.deadline.IsZero() || now.Before(c.deadline))
}

// Cancel ends the call: every later decision is Cancelled.
func (c *Call) Cancel() { c.cancelled = true }

// Failed returns the number of attempts that have failed.
func (c *Call) Failed() int { return c.failed }

// Waited returns the sum of the delays that Fail has decided.
func (c *Call) Waited() time.Duration { return c.waited }

// Fail records an attempt that failed at now and decides whether another
// follows. It draws a delay from rng only if class, attempts and time allow
// another attempt, and takes tokens only if the deadline allows it too. An
// instant before the call began counts as its beginning.
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

// Weigh decides by the deadline alone whether an attempt may follow after delay,
// which the caller has drawn: Again, DeadlineNear or Cancelled. It changes
// nothing.
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

// Succeed records that the attempt succeeded and repays the quota.
func (c *Call) Succeed() {
	c.quota.repay(c.paid, c.failed == 0)
	c.paid = 0
}

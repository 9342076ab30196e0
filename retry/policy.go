package retry

import (
	"math"
	"math/rand/v2"
	"time"
)

// Forever is a time without bound.
const Forever = time.Duration(math.MaxInt64)

// A Policy is a form with its options filled in. Policies are comparable: two of
// the same form with the same options are equal by ==. The zero Policy makes one
// attempt and no retry.
type Policy struct {
	form Form
	o    Options
}

// New returns the policy of a form; an option that is zero has the form's
// default. New refuses an option that is negative, out of bounds or of no use to
// the form with an *OptionError that names it.
func New(f Form, o Options) (Policy, error) {
	if f == noForm || f >= forms {
		return Policy{}, &OptionError{"Form", uint8(f), "one of this package's"}
	}
	if err := o.validate(f); err != nil {
		return Policy{}, err
	}
	return Policy{f, o.withDefaults(f)}, nil
}

// Form returns the form; the zero Policy has the zero Form.
func (p Policy) Form() Form { return p.form }

// Options returns the options with the form's defaults filled in.
func (p Policy) Options() Options { return p.o }

// NewQuota returns a full quota with the rules of the form. It returns nil,
// which refuses nothing, if the form has no quota.
func (p Policy) NewQuota() *Quota {
	if p.form >= forms || rules[p.form].quota == (QuotaOptions{}) {
		return nil
	}
	q := rules[p.form].quota.newQuota()
	return &q
}

// Retries reports whether the policy retries a failure of class c while attempts
// and time allow it.
func (p Policy) Retries(c Class) bool {
	switch {
	case p.form == noForm || c >= classes:
		return false
	case p.form == RandomExponential:
		return true
	case c == ThrottleAccount:
		return p.form != Legacy && p.form != LegacyOther
	default:
		return c != Final
	}
}

// Delay returns the wait between the failure of attempt, counted from 1, and the
// next attempt. It is the formula alone: Delay does not ask whether the policy
// gives up. previous is the delay before that attempt, 0 before the first; only
// DecorrelatedJitter uses it. A form without jitter does not use rng. With a nil
// rng, Delay returns the longest delay that could be drawn. The zero Policy
// waits 0.
func (p Policy) Delay(attempt int, c Class, previous time.Duration, rng *rand.Rand) time.Duration {
	w := p.window(attempt, c)
	switch rules[p.form].jitter {
	case none:
		return p.capped(w)
	case full:
		return draw(rng, 0, p.capped(w))
	case piled:
		return p.capped(draw(rng, 0, w))
	case jump:
		if w > p.capped(w) {
			return p.o.MaxDelay
		}
		return draw(rng, 0, w)
	case equal:
		half := p.capped(w) / 2
		return half + draw(rng, 0, half)
	case decorrelated:
		return p.capped(draw(rng, p.o.Base, times(max(previous, p.o.Base), 3)))
	}
	return 0
}

// window returns the delay after the failure of attempt without cap and jitter.
func (p Policy) window(attempt int, c Class) time.Duration {
	base := p.o.Base
	if c.Throttled() && p.o.ThrottleBase != 0 {
		base = p.o.ThrottleBase
	}
	doublings := min(max(attempt, 1)-1, 62)
	return times(base, 1<<doublings)
}

func (p Policy) capped(d time.Duration) time.Duration {
	if p.o.MaxDelay != 0 {
		return min(d, p.o.MaxDelay)
	}
	return d
}

// draw returns a duration from low up to, but not including, high. It returns
// high if rng is nil.
func draw(rng *rand.Rand, low, high time.Duration) time.Duration {
	if rng == nil || high <= low {
		return high
	}
	return low + time.Duration(rng.Int64N(int64(high-low)))
}

// times returns d x n, Forever if that is more. Neither is negative.
func times(d time.Duration, n int64) time.Duration {
	if n != 0 && int64(d) > math.MaxInt64/n {
		return Forever
	}
	return d * time.Duration(n)
}

// plus returns a + b, Forever if that is more. Neither is negative.
func plus(a, b time.Duration) time.Duration {
	if a > Forever-b {
		return Forever
	}
	return a + b
}

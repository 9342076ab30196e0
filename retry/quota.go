package retry

import "fmt"

// A Quota holds the tokens with which the calls of one client pay for retries.
// A retry takes its cost before it is made, gets it back if it succeeds, and
// loses it if it fails; a call that succeeds at its first attempt adds a little
// (docs/aws/retries.md#quotas).
//
// At a failure rate p and a cost c, a quota that has run dry lets (1-p)/(c p)
// retries per call pass. It runs dry only above p = 1/(1+sqrt(c)): 21.1 % for
// c = 14, 30.9 % for c = 5 (docs/aws/retries.md#law-of-the-quota). With
// GainAlways it lets (1-p)/(c p - (1-p)) pass, and runs dry above
// p = (sqrt(1+4c)-1)/(2c): 35.8 % for c = 5.
//
// A nil *Quota refuses nothing; the zero Quota holds nothing and refuses every
// retry. It is not safe for concurrent use.
type Quota struct {
	o    QuotaOptions
	left int
}

// QuotaOptions are the rules of a quota. The zero value has the rules of V21.
type QuotaOptions struct {
	Tokens       int // it holds at most; 0: 500
	Start        int // it holds at first, at most Tokens; 0: Tokens
	Cost         int // of a retry; 0: 14
	TimeoutCost  int // of one after a Timeout; 0: 14
	ThrottleCost int // of one after a throttle; 0: 5
	Gain         int // of a call whose first attempt succeeds; 0: 1
	// GainAlways adds Gain for every call that succeeds, not only for those that
	// succeed at their first attempt: aws-sdk-go-v2 up to 1.47.
	GainAlways bool
}

var (
	quotaStandard = QuotaOptions{Tokens: 500, Start: 500, Cost: 5, TimeoutCost: 10, ThrottleCost: 5, Gain: 1}
	quotaGo       = QuotaOptions{Tokens: 500, Start: 500, Cost: 5, TimeoutCost: 10, ThrottleCost: 5, Gain: 1, GainAlways: true}
	quota21       = QuotaOptions{Tokens: 500, Start: 500, Cost: 14, TimeoutCost: 14, ThrottleCost: 5, Gain: 1}
)

// NewQuota returns a quota with rules of its own; Policy.NewQuota returns one
// with the rules of a form. It refuses a setting that is negative or above
// MaxTokens with an *OptionError that names it.
func NewQuota(o QuotaOptions) (*Quota, error) {
	for _, n := range []struct {
		field string
		value int
	}{
		{"Tokens", o.Tokens},
		{"Start", o.Start},
		{"Cost", o.Cost},
		{"TimeoutCost", o.TimeoutCost},
		{"ThrottleCost", o.ThrottleCost},
		{"Gain", o.Gain},
	} {
		if n.value < 0 || n.value > MaxTokens {
			return nil, &OptionError{n.field, n.value, fmt.Sprintf("from 1 to %d, or 0 for the default", MaxTokens)}
		}
	}
	o = o.withDefaults()
	if o.Start > o.Tokens {
		return nil, &OptionError{"Start", o.Start, fmt.Sprintf("at most Tokens, %d", o.Tokens)}
	}
	q := o.newQuota()
	return &q, nil
}

func (o QuotaOptions) withDefaults() QuotaOptions {
	fill := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	fill(&o.Tokens, quota21.Tokens)
	fill(&o.Start, o.Tokens)
	fill(&o.Cost, quota21.Cost)
	fill(&o.TimeoutCost, quota21.TimeoutCost)
	fill(&o.ThrottleCost, quota21.ThrottleCost)
	fill(&o.Gain, quota21.Gain)
	return o
}

func (o QuotaOptions) newQuota() Quota { return Quota{o, o.Start} }

// Left returns the tokens that the quota holds, 0 for a nil Quota.
func (q *Quota) Left() int {
	if q == nil {
		return 0
	}
	return q.left
}

// take takes the cost of a retry after a failure of class c and returns it. If
// the quota holds less, take takes nothing and ok is false.
func (q *Quota) take(c Class) (cost int, ok bool) {
	if q == nil {
		return 0, true
	}
	switch {
	case c.Throttled():
		cost = q.o.ThrottleCost
	case c == Timeout:
		cost = q.o.TimeoutCost
	default:
		cost = q.o.Cost
	}
	if cost > q.left || q.o.Tokens == 0 {
		return 0, false
	}
	q.left -= cost
	return cost, true
}

// repay returns the cost of a retry that succeeded, and adds the gain.
func (q *Quota) repay(cost int, first bool) {
	if q == nil {
		return
	}
	if first || q.o.GainAlways {
		cost += q.o.Gain
	}
	q.left = min(q.left+cost, q.o.Tokens)
}

package retry_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"lullaby/retry"
)

// What a quota holds after each step of a call, by each form's rules: 500
// tokens, a retry's cost gone when it is taken, back when it succeeds
// (docs/aws/retries.md#quotas).
func TestQuotaCosts(t *testing.T) {
	tests := []struct {
		form               retry.Form
		class              retry.Class
		taken, back, first int // tokens; first: gained by a call that succeeds at once
	}{
		{retry.Standard, retry.ThrottleTable, 5, 5, 1},
		{retry.Standard, retry.Transient, 5, 5, 1},
		{retry.Standard, retry.Timeout, 10, 10, 1},
		{retry.StandardCapped, retry.Timeout, 10, 10, 1},
		{retry.GoStandard, retry.ThrottleTable, 5, 6, 1},
		{retry.GoStandard, retry.Timeout, 10, 11, 1},
		{retry.V21, retry.ThrottleTable, 5, 5, 1},
		{retry.V21, retry.Transient, 14, 14, 1},
		{retry.V21, retry.Timeout, 14, 14, 1},
	}
	for _, tt := range tests {
		p := policy(t, tt.form, retry.Options{})
		quota := p.NewQuota()
		expect := func(step string, want int) {
			t.Helper()
			if got := quota.Left(); got != want {
				t.Errorf("%v, %v: %d tokens after %s, want %d", tt.form, tt.class, got, step, want)
			}
		}
		f := retry.Failure{Class: tt.class}
		lost := p.Begin(began, 0, quota)
		lost.Fail(began, f, nil)
		lost.Fail(began, f, nil)
		expect("two failures", 500-2*tt.taken)
		lost.Succeed()
		expect("a retry's success", 500-2*tt.taken+tt.back)
		lost.Succeed()
		if tt.form != retry.GoStandard {
			expect("being told twice", 500-2*tt.taken+tt.back)
		}
		before := quota.Left()
		once := p.Begin(began, 0, quota)
		once.Succeed()
		expect("a success at once", before+tt.first)
		for range 600 {
			call := p.Begin(began, 0, quota)
			call.Succeed()
		}
		expect("many", 500)
	}
}

// A hundred throttled retries are all that 500 tokens buy.
func TestQuotaEnds(t *testing.T) {
	p := policy(t, retry.V21, retry.Options{})
	quota := p.NewQuota()
	for i := range 100 {
		call := p.Begin(began, 0, quota)
		if d := call.Fail(began, throttled, nil); d.Outcome != retry.Again {
			t.Fatalf("retry %d: %v with %d tokens left", i, d.Outcome, quota.Left())
		}
	}
	call := p.Begin(began, 0, quota)
	if d := call.Fail(began, throttled, nil); d.Outcome != retry.QuotaSpent {
		t.Errorf("retry 101: %v, want %v", d.Outcome, retry.QuotaSpent)
	}
}

// A retry that fails has lost its tokens, whatever the caller says afterwards.
func TestQuotaOfAFailedRetryIsLost(t *testing.T) {
	p := policy(t, retry.V21, retry.Options{})
	quota := p.NewQuota()
	call := p.Begin(began, 0, quota)
	call.Fail(began, throttled, nil)
	if d := call.Fail(began, retry.Failure{Class: retry.Final}, nil); d.Outcome != retry.FinalFailure {
		t.Fatalf("%v, want %v", d.Outcome, retry.FinalFailure)
	}
	call.Succeed()
	if quota.Left() != 495 {
		t.Errorf("%d tokens, want 495", quota.Left())
	}
}

// The law of the quota: where attempts fail independently with probability p,
// retries per call are (1-p)/(c p) once the quota binds, above 1/(1+sqrt(c)),
// whatever the attempts; below, they are what the policy makes of p
// (docs/aws/retries.md#law-of-the-quota). Where every success gains, each retry
// costs 1-p less. 300,000 calls; tolerance 2 % of the law.
func TestQuotaSteadyState(t *testing.T) {
	for _, tt := range []struct {
		form      retry.Form
		class     retry.Class
		cost      float64
		threshold float64
	}{
		{retry.V21, retry.ThrottleTable, 5, 1 / (1 + math.Sqrt(5))},
		{retry.V21, retry.Transient, 14, 1 / (1 + math.Sqrt(14))},
		{retry.GoStandard, retry.ThrottleTable, 5, (math.Sqrt(21) - 1) / 10},
	} {
		for _, attempts := range []int{4, 20} {
			for _, p := range []float64{tt.threshold - 0.05, tt.threshold + 0.05, 0.5, 0.7, 0.9} {
				net := tt.cost * p
				if tt.form == retry.GoStandard {
					net -= 1 - p
				}
				want := (1 - p) / net
				if p < tt.threshold {
					want = (p - math.Pow(p, float64(attempts))) / (1 - p)
				}
				got := retriesPerCall(policy(t, tt.form, retry.Options{MaxAttempts: attempts}), tt.class, p, source(t, 9))
				if math.Abs(got-want) > 0.02*want {
					t.Errorf("%v, cost %v, %d attempts, p = %.3f: %.4f retries a call, want %.4f", tt.form, tt.cost, attempts, p, got, want)
				}
			}
		}
	}
}

// retriesPerCall lets attempts fail with probability p, first until the quota's
// start is spent and then to count.
func retriesPerCall(p retry.Policy, class retry.Class, rate float64, rng *rand.Rand) float64 {
	const calls = 300_000
	quota := p.NewQuota()
	retries := 0
	for i := range 2 * calls {
		if i == calls {
			retries = 0
		}
		call, again := p.Begin(began, 0, quota), true
		for again && rng.Float64() < rate {
			again = call.Fail(began, retry.Failure{Class: class}, nil).Outcome == retry.Again
			if again {
				retries++
			}
		}
		if again {
			call.Succeed()
		}
	}
	return float64(retries) / calls
}

func TestNilAndZeroQuota(t *testing.T) {
	var none *retry.Quota
	p := policy(t, retry.V21, retry.Options{MaxAttempts: retry.MaxAttempts})
	call := p.Begin(began, 0, none)
	for range retry.MaxAttempts - 1 {
		if d := call.Fail(began, throttled, nil); d.Outcome != retry.Again {
			t.Fatalf("a nil quota: %v", d.Outcome)
		}
	}
	call.Succeed()
	if none.Left() != 0 {
		t.Errorf("a nil quota has %d tokens", none.Left())
	}
	if policy(t, retry.Legacy, retry.Options{}).NewQuota() != nil {
		t.Error("legacy has a quota")
	}
}

func TestNewQuota(t *testing.T) {
	quota, err := retry.NewQuota(retry.QuotaOptions{})
	if err != nil || quota.Left() != 500 || *quota != *policy(t, retry.V21, retry.Options{}).NewQuota() {
		t.Errorf("the default is %+v (%v), want that of 2.1", quota, err)
	}
	small, err := retry.NewQuota(retry.QuotaOptions{Tokens: 100, Start: 5})
	if err != nil || small.Left() != 5 {
		t.Errorf("a small start is %+v (%v), want 5 tokens", small, err)
	}
	for field, o := range map[string]retry.QuotaOptions{
		"Tokens":       {Tokens: -1},
		"Start":        {Tokens: 10, Start: 11},
		"Cost":         {Cost: -1},
		"TimeoutCost":  {TimeoutCost: retry.MaxTokens + 1},
		"ThrottleCost": {ThrottleCost: -5},
		"Gain":         {Gain: -1},
	} {
		quota, err := retry.NewQuota(o)
		refused(t, field, err)
		if quota != nil {
			t.Errorf("NewQuota(%+v) returns a quota beside its error", o)
		}
	}
}

package retry_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/retry"
)

const (
	ms = time.Millisecond
	s  = time.Second
)

// began is an instant for virtual time to start at.
var began = instant.Of(time.Date(2026, 11, 10, 3, 12, 0, 0, time.UTC))

func policy(t testing.TB, f retry.Form, o retry.Options) retry.Policy {
	t.Helper()
	p, err := retry.New(f, o)
	if err != nil {
		t.Fatalf("New(%v, %+v): %v", f, o, err)
	}
	return p
}

// source returns a source and logs its seed if the test fails.
func source(t testing.TB, seed uint64) *rand.Rand {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// fail plays a call of which every attempt fails at once, and returns the delays
// and how it ended.
func fail(p retry.Policy, c retry.Class, rng *rand.Rand) ([]time.Duration, retry.Outcome) {
	var delays []time.Duration
	call, now := p.Begin(began, 0, nil), began
	for {
		d := call.Fail(now, retry.Failure{Class: c}, rng)
		if d.Outcome != retry.Again {
			return delays, d.Outcome
		}
		delays = append(delays, d.Delay)
		now = d.At
	}
}

// A schedule is what a policy waits in all when every draw is the longest.
type schedule struct {
	name  string
	form  retry.Form
	o     retry.Options
	class retry.Class
	want  []time.Duration
	sum   time.Duration
}

func (tt *schedule) test(t *testing.T) {
	got, _ := fail(policy(t, tt.form, tt.o), tt.class, nil)
	var sum time.Duration
	for i, d := range got {
		sum += d
		if i < len(tt.want) && d != tt.want[i] {
			t.Errorf("delay %d = %v, want %v", i, d, tt.want[i])
		}
	}
	if len(got) != len(tt.want) || sum != tt.sum {
		t.Errorf("%d delays, %v in all; want %d, %v", len(got), sum, len(tt.want), tt.sum)
	}
}

// The SDKs, to the millisecond (docs/aws/retries.md).
func TestSchedulesOfSDKs(t *testing.T) {
	for _, tt := range []schedule{
		{
			"legacy", retry.Legacy,
			retry.Options{},
			retry.ThrottleTable,
			[]time.Duration{50 * ms, 100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms, 12800 * ms},
			25_550 * ms,
		},
		{
			"legacy, 9 attempts", retry.Legacy,
			retry.Options{MaxAttempts: 9},
			retry.ThrottleTable,
			[]time.Duration{50 * ms, 100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms},
			12_750 * ms,
		},
		{
			"legacy, 11 attempts", retry.Legacy,
			retry.Options{MaxAttempts: 11},
			retry.Transient,
			[]time.Duration{50 * ms, 100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms, 12800 * ms, 25600 * ms},
			51_150 * ms,
		},
		{"legacy, account", retry.Legacy, retry.Options{}, retry.ThrottleAccount, nil, 0},
		{"legacy of others", retry.LegacyOther, retry.Options{}, retry.Transient, []time.Duration{1 * s, 2 * s, 4 * s, 8 * s}, 15 * s},
		{"standard", retry.Standard, retry.Options{}, retry.ThrottleTable, []time.Duration{1 * s, 2 * s}, 3 * s},
		{
			"standard, 8 attempts", retry.Standard,
			retry.Options{MaxAttempts: 8},
			retry.ThrottleTable,
			[]time.Duration{1 * s, 2 * s, 4 * s, 8 * s, 16 * s, 20 * s, 20 * s},
			71 * s,
		},
		{"standard, capped before", retry.StandardCapped, retry.Options{}, retry.Throttle, []time.Duration{1 * s, 2 * s}, 3 * s},
		{
			"Go up to 1.47", retry.GoStandard,
			retry.Options{MaxAttempts: 7},
			retry.ThrottleTable,
			[]time.Duration{2 * s, 4 * s, 8 * s, 16 * s, 20 * s, 20 * s},
			70 * s,
		},
		{"2.1, throttled", retry.V21, retry.Options{}, retry.ThrottleKeyRange, []time.Duration{1 * s, 2 * s, 4 * s}, 7 * s},
		{"2.1, transient", retry.V21, retry.Options{}, retry.Transient, []time.Duration{25 * ms, 50 * ms, 100 * ms}, 175 * ms},
		{"2.1 in an old module", retry.V21, retry.Options{MaxAttempts: 3, Base: 50 * ms}, retry.Timeout, []time.Duration{50 * ms, 100 * ms}, 150 * ms},
		{
			"2.1, capped", retry.V21,
			retry.Options{MaxAttempts: 5, MaxDelay: 3 * s},
			retry.ThrottleTable,
			[]time.Duration{1 * s, 2 * s, 3 * s, 3 * s},
			9 * s,
		},
	} {
		t.Run(tt.name, tt.test)
	}
}

// The article's snippets, tenacity and what AWS's architecture blog compares
// (docs/aws/retries.md).
func TestSchedules(t *testing.T) {
	for _, tt := range []schedule{
		{"exponential", retry.Exponential, retry.Options{MaxAttempts: 4, MaxDelay: 150 * ms}, retry.Throttle, []time.Duration{50 * ms, 100 * ms, 150 * ms}, 300 * ms},
		{"full", retry.FullJitter, retry.Options{MaxAttempts: 4, MaxDelay: 150 * ms}, retry.Throttle, []time.Duration{50 * ms, 100 * ms, 150 * ms}, 300 * ms},
		{"equal", retry.EqualJitter, retry.Options{MaxAttempts: 4, MaxDelay: 150 * ms}, retry.Throttle, []time.Duration{50 * ms, 100 * ms, 150 * ms}, 300 * ms},
		{"decorrelated", retry.DecorrelatedJitter, retry.Options{MaxAttempts: 4, MaxDelay: 500 * ms}, retry.Throttle, []time.Duration{150 * ms, 450 * ms, 500 * ms}, 1100 * ms},
		{
			"random-exponential", retry.RandomExponential,
			retry.Options{},
			retry.Final,
			[]time.Duration{1 * s, 2 * s, 4 * s, 8 * s, 16 * s},
			31 * s,
		},
		{
			"random-exponential, stopped before", retry.RandomExponential,
			retry.Options{StopRule: retry.StopUpcoming},
			retry.ThrottleTable,
			[]time.Duration{1 * s, 2 * s, 4 * s, 8 * s},
			15 * s,
		},
		{"one attempt", retry.V21, retry.Options{MaxAttempts: 1}, retry.ThrottleTable, nil, 0},
	} {
		t.Run(tt.name, tt.test)
	}
}

// aws-sdk-go-v2 up to 1.47 with a cap set: at 1 s or less there is no jitter at
// all, at 5 s it ends with the third retry
// (docs/aws/retries.md#a-cap-in-the-go-sdk).
func TestGoStandardJumpsToItsCap(t *testing.T) {
	tests := []struct {
		most time.Duration
		want int // retries with jitter
	}{{500 * ms, 0}, {1 * s, 0}, {5 * s, 2}, {20 * s, 4}}
	for _, tt := range tests {
		p := policy(t, retry.GoStandard, retry.Options{MaxAttempts: 8, MaxDelay: tt.most})
		delays, _ := fail(p, retry.ThrottleTable, source(t, 1))
		jittered := 0
		for _, d := range delays {
			if d != tt.most {
				jittered++
			}
		}
		if jittered != tt.want {
			t.Errorf("cap %v: %v: %d retries with jitter, want %d", tt.most, delays, jittered, tt.want)
		}
	}
}

// Each form's draws lie within its bounds and have its mean, at the first
// retries and far on. The mean of 20,000 draws is off by less than 1 % of the
// window in all but one of 10^4 runs; the tolerance is 1 %.
func TestDraws(t *testing.T) {
	const draws = 20_000
	tests := []struct {
		form            retry.Form
		class           retry.Class
		attempt         int
		previous        time.Duration
		low, mean, high time.Duration
	}{
		{retry.LegacyOther, retry.Transient, 1, 0, 0, 500 * ms, 1 * s},
		{retry.LegacyOther, retry.Transient, 7, 0, 0, 32 * s, 64 * s},
		{retry.Standard, retry.Transient, 4, 0, 0, 4 * s, 8 * s},
		{retry.Standard, retry.Transient, 6, 0, 0, 13_750 * ms, 20*s + 1}, // 5/8 below 20 s, 3/8 at it
		{retry.StandardCapped, retry.Transient, 6, 0, 0, 10 * s, 20 * s},
		{retry.GoStandard, retry.Transient, 1, 0, 0, 1 * s, 2 * s},
		{retry.GoStandard, retry.Transient, 5, 0, 20 * s, 20 * s, 20*s + 1},
		{retry.V21, retry.ThrottleIndex, 3, 0, 0, 2 * s, 4 * s},
		{retry.V21, retry.Transient, 3, 0, 0, 50 * ms, 100 * ms},
		{retry.V21, retry.ThrottleTable, 900, 0, 0, 10 * s, 20 * s},
		{retry.FullJitter, retry.Throttle, 2, 0, 0, 50 * ms, 100 * ms},
		{retry.EqualJitter, retry.Throttle, 2, 0, 50 * ms, 75 * ms, 100 * ms},
		{retry.DecorrelatedJitter, retry.Throttle, 1, 0, 50 * ms, 100 * ms, 150 * ms},
		{retry.DecorrelatedJitter, retry.Throttle, 2, 1 * s, 50 * ms, 1525 * ms, 3 * s},
		{retry.RandomExponential, retry.Throttle, 6, 0, 0, 16 * s, 32 * s},
	}
	for _, tt := range tests {
		p, rng := policy(t, tt.form, retry.Options{}), source(t, 2)
		var sum time.Duration
		for range draws {
			d := p.Delay(tt.attempt, tt.class, tt.previous, rng)
			if d < tt.low || d >= tt.high {
				t.Fatalf("%v: Delay(%d, %v, %v) = %v, want within [%v, %v)", tt.form, tt.attempt, tt.class, tt.previous, d, tt.low, tt.high)
			}
			sum += d
		}
		if got, off := sum/draws, (tt.high-tt.low)/100; got < tt.mean-off || got > tt.mean+off {
			t.Errorf("%v: mean of Delay(%d, %v, %v) = %v, want %v within %v", tt.form, tt.attempt, tt.class, tt.previous, got, tt.mean, off)
		}
	}
}

// A delay is never negative, never longer than its nil draw, and that neither
// shrinks with the attempt nor passes the cap, whatever the options.
func TestDelayProperties(t *testing.T) {
	rng := source(t, 3)
	for range 20_000 {
		f := retry.Legacy + retry.Form(rng.IntN(int(retry.RandomExponential-retry.Legacy)+1))
		o := retry.Options{
			MaxAttempts: rng.IntN(retry.MaxAttempts + 1),
			Base:        retry.MinDelay + time.Duration(rng.Int64N(int64(retry.MaxTime-retry.MinDelay))>>rng.IntN(40)),
		}
		if rng.IntN(2) == 0 {
			o.MaxDelay = o.Base + time.Duration(rng.Int64N(int64(retry.MaxTime-o.Base)+1))
		}
		p, err := retry.New(f, o)
		if err != nil {
			continue // a base beyond the form's own cap
		}
		attempt := 1 + rng.IntN(100)
		class := retry.Class(rng.IntN(int(retry.ThrottleMaximum) + 1))
		previous := time.Duration(rng.Int64N(int64(retry.MaxTime)))
		longest := p.Delay(attempt, class, previous, nil)
		got := p.Delay(attempt, class, previous, rng)
		if got < 0 || got > longest {
			t.Fatalf("%v %+v: Delay(%d, %v, %v) = %v, want within [0, %v]", f, o, attempt, class, previous, got, longest)
		}
		if next := p.Delay(attempt+1, class, max(longest, o.Base), nil); next < longest {
			t.Fatalf("%v %+v: the longest delay shrinks from %v to %v after attempt %d", f, o, longest, next, attempt)
		}
		if most := p.Options().MaxDelay; most != 0 && longest > most {
			t.Fatalf("%v %+v: the longest delay is %v, past its cap", f, o, longest)
		}
	}
}

func TestSameSeedSameDelays(t *testing.T) {
	p := policy(t, retry.DecorrelatedJitter, retry.Options{MaxAttempts: 100})
	one, _ := fail(p, retry.Throttle, source(t, 4))
	two, _ := fail(p, retry.Throttle, source(t, 4))
	for i := range one {
		if one[i] != two[i] {
			t.Fatalf("delay %d is %v and %v", i, one[i], two[i])
		}
	}
}

func TestPoliciesCompare(t *testing.T) {
	if policy(t, retry.Legacy, retry.Options{}) != policy(t, retry.Legacy, retry.Options{MaxAttempts: 10, Base: 50 * ms}) {
		t.Error("the default spelled out is another policy")
	}
	if policy(t, retry.Legacy, retry.Options{}) == policy(t, retry.Legacy, retry.Options{MaxAttempts: 9}) {
		t.Error("9 attempts are as good as 10")
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		field string
		form  retry.Form
		o     retry.Options
	}{
		{"Form", 0, retry.Options{}},
		{"Form", 99, retry.Options{}},
		{"MaxAttempts", retry.V21, retry.Options{MaxAttempts: -1}},
		{"MaxAttempts", retry.V21, retry.Options{MaxAttempts: retry.MaxAttempts + 1}},
		{"Base", retry.V21, retry.Options{Base: -1}},
		{"Base", retry.V21, retry.Options{Base: 1}},
		{"Base", retry.V21, retry.Options{Base: retry.MaxTime + 1}},
		{"ThrottleBase", retry.V21, retry.Options{ThrottleBase: -s}},
		{"ThrottleBase", retry.FullJitter, retry.Options{ThrottleBase: s}},
		{"MaxDelay", retry.FullJitter, retry.Options{MaxDelay: -s}},
		{"MaxDelay", retry.DecorrelatedJitter, retry.Options{Base: 21 * s}},
		{"StopAfter", retry.FullJitter, retry.Options{StopAfter: -s}},
		{"StopAfter", retry.FullJitter, retry.Options{StopAfter: 25 * time.Hour}},
		{"StopRule", retry.FullJitter, retry.Options{StopRule: 7, StopAfter: s}},
		{"StopRule", retry.FullJitter, retry.Options{StopRule: retry.StopUpcoming}},
	}
	for _, tt := range tests {
		p, err := retry.New(tt.form, tt.o)
		refused(t, tt.field, err)
		if p != (retry.Policy{}) {
			t.Errorf("New(%v, %+v) returns a policy beside its error", tt.form, tt.o)
		}
	}
}

func refused(t *testing.T, field string, err error) {
	t.Helper()
	var refusal *retry.OptionError
	switch {
	case !errors.Is(err, retry.ErrOption) || !errors.As(err, &refusal):
		t.Errorf("%v, want a refusal of %s", err, field)
	case refusal.Field != field || !strings.HasPrefix(err.Error(), field+" is "):
		t.Errorf("%q names %s, want %s", err, refusal.Field, field)
	}
}

func TestZeroPolicy(t *testing.T) {
	var p retry.Policy
	if d := p.Delay(3, retry.Throttle, s, source(t, 5)); d != 0 {
		t.Errorf("the zero Policy waits %v", d)
	}
	if delays, outcome := fail(p, retry.Throttle, nil); len(delays) != 0 || outcome != retry.FinalFailure {
		t.Errorf("the zero Policy: %v, %v; want no retry, %v", delays, outcome, retry.FinalFailure)
	}
	if p.NewQuota() != nil || p.Form().String() != "no form" {
		t.Errorf("the zero Policy has a quota, or the form %v", p.Form())
	}
}

func TestClasses(t *testing.T) {
	all := []retry.Form{
		retry.Legacy, retry.LegacyOther, retry.Standard, retry.StandardCapped, retry.GoStandard, retry.V21, retry.Exponential,
		retry.FullJitter, retry.EqualJitter, retry.DecorrelatedJitter, retry.RandomExponential,
	}
	for _, f := range all {
		p := policy(t, f, retry.Options{})
		for c := range retry.ThrottleMaximum + 2 {
			want := c != retry.Final
			switch {
			case c > retry.ThrottleMaximum:
				want = false // not a class
			case f == retry.RandomExponential:
				want = true
			case c == retry.ThrottleAccount:
				want = f != retry.Legacy && f != retry.LegacyOther
			}
			if got := p.Retries(c); got != want {
				t.Errorf("%v: Retries(%v) = %v, want %v", f, c, got, want)
			}
		}
	}
}

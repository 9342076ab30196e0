package retry_test

import (
	"math"
	"testing"
	"time"

	"lullaby/retry"
)

func worst(t testing.TB, p retry.Policy, l retry.Limits) retry.Forecast {
	t.Helper()
	f, err := retry.Worst(p, l)
	if err != nil {
		t.Fatalf("Worst(%v, %+v): %v", p, l, err)
	}
	return f
}

// What can be computed is computed: of chances that are simple fractions, the
// very fraction.
func TestWorstExact(t *testing.T) {
	tests := []struct {
		name     string
		form     retry.Form
		o        retry.Options
		l        retry.Limits
		attempts int
		longest  time.Duration
		mean     time.Duration
		median   time.Duration
		late     float64
	}{
		{"the default", retry.Legacy, retry.Options{}, retry.Limits{Deadline: 29 * s}, 10, 25_550 * ms, 25_550 * ms, 25_550 * ms, 0},
		{"the article", retry.Legacy, retry.Options{MaxAttempts: 9}, retry.Limits{Deadline: 29 * s}, 9, 12_750 * ms, 12_750 * ms, 12_750 * ms, 0},
		{"its repository", retry.Legacy, retry.Options{MaxAttempts: 11}, retry.Limits{Deadline: 29 * s}, 11, 51_150 * ms, 51_150 * ms, 51_150 * ms, 1},
		{"slow attempts", retry.Legacy, retry.Options{}, retry.Limits{Deadline: 29 * s, Attempt: 400 * ms}, 10, 29_550 * ms, 29_550 * ms, 29_550 * ms, 1},
		{"just in time", retry.Legacy, retry.Options{}, retry.Limits{Deadline: 29_550 * ms, Attempt: 400 * ms}, 10, 29_550 * ms, 29_550 * ms, 29_550 * ms, 0},
		{"aware", retry.Legacy, retry.Options{}, retry.Limits{Deadline: 20 * s, Aware: true}, 9, 12_750 * ms, 12_750 * ms, 12_750 * ms, 0},
		{"stopped", retry.Legacy, retry.Options{StopAfter: 3 * s}, retry.Limits{Deadline: 3150 * ms}, 7, 3150 * ms, 3150 * ms, 3150 * ms, 0},
		{"not retried", retry.Legacy, retry.Options{}, retry.Limits{Class: retry.ThrottleAccount, Attempt: 5 * ms}, 1, 5 * ms, 5 * ms, 5 * ms, 0},
		// A throttle of 5 s: 85.4 % of calls by 2.1 are over before it
		// (docs/aws/retries.md#short-throttles).
		{"2.1 and 5 s", retry.V21, retry.Options{}, retry.Limits{Deadline: 5 * s}, 4, 7 * s, 3500 * ms, 3500 * ms, 7.0 / 48},
		{"2.1 and 29 s", retry.V21, retry.Options{}, retry.Limits{Deadline: 29 * s}, 4, 7 * s, 3500 * ms, 3500 * ms, 0},
		{"2.1, transient", retry.V21, retry.Options{}, retry.Limits{Deadline: 100 * ms, Class: retry.Transient, Attempt: 3 * ms}, 4, 187 * ms, 99_500 * time.Microsecond, 99_500 * time.Microsecond, 0.495},
		{"two alike", retry.FullJitter, retry.Options{MaxAttempts: 3, Base: s, MaxDelay: s}, retry.Limits{Deadline: 1500 * ms}, 3, 2 * s, s, s, 1.0 / 8},
		{"one draw", retry.EqualJitter, retry.Options{MaxAttempts: 2, Base: s}, retry.Limits{Deadline: 600 * ms}, 2, s, 750 * ms, 750 * ms, 0.8},
		{"Go at its cap", retry.GoStandard, retry.Options{MaxDelay: s}, retry.Limits{Deadline: 2 * s}, 3, 2 * s, 2 * s, 2 * s, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := worst(t, policy(t, tt.form, tt.o), tt.l)
			if f.Samples != 0 {
				t.Fatalf("drew %d samples, want an exact forecast", f.Samples)
			}
			if f.Attempts != tt.attempts || f.MeanAttempts != float64(tt.attempts) || f.Longest != tt.longest || f.Mean != tt.mean || f.Median != tt.median || f.Late != tt.late {
				t.Errorf("%+v, want %d attempts, longest %v, mean %v, median %v, late %v", f, tt.attempts, tt.longest, tt.mean, tt.median, tt.late)
			}
		})
	}
}

// The article's tenacity loop, by either stop rule, against what the real code
// measured (docs/aws/retries.md#tenacity). Tolerances: the last digit given
// there and the error of its sample, whose size it does not tell.
func TestWorstOfRandomExponential(t *testing.T) {
	p := policy(t, retry.RandomExponential, retry.Options{})
	f := worst(t, p, retry.Limits{Deadline: 29 * s, Seed: 1})
	near(t, "late at 29 s", f.Late, 0.96, 0.0075)
	near(t, "late at 30 s", worst(t, p, retry.Limits{Deadline: 30 * s, Seed: 1}).Late, 0.92, 0.0075)
	near(t, "median", f.Median.Seconds(), 41.8, 0.4)
	near(t, "mean", f.Mean.Seconds(), 47, 0.7)
	near(t, "attempts", f.MeanAttempts, 7.4, 0.06)
	if f.Longest != retry.Forever || f.Samples != 100_000 || f.Seed != 1 {
		t.Errorf("%+v, want no bound, 100,000 samples, seed 1", f)
	}
	t.Logf("stop_after_delay(28): %+v", f)

	before := policy(t, retry.RandomExponential, retry.Options{StopRule: retry.StopUpcoming})
	f = worst(t, before, retry.Limits{Deadline: 28 * s, Attempt: ms, Seed: 1})
	near(t, "stop_before_delay: mean", f.Mean.Seconds(), 18.8, 0.3)
	near(t, "stop_before_delay: attempts", f.MeanAttempts, 6.4, 0.06)
	if f.Longest != 28*s+ms || f.Late > 0.001 {
		t.Errorf("stop_before_delay: %+v, want 28 s and the call at most", f)
	}
	t.Logf("stop_before_delay(28): %+v", f)

	capped := policy(t, retry.RandomExponential, retry.Options{MaxDelay: 5 * s})
	if f = worst(t, capped, retry.Limits{}); f.Longest != 33*s {
		t.Errorf("capped at 5 s: longest %v, want the stop and one delay, 33 s", f.Longest)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s = %.4f, want %v within %v", what, got, want, tolerance)
	}
}

// Delays that pile up at a cap are not even, and many windows have more corners
// than are worth going through: both are drawn. Five windows of standard lie
// below 20 s, 5/8 of the sixth and 5/16 of the seventh.
func TestWorstDraws(t *testing.T) {
	f := worst(t, policy(t, retry.Standard, retry.Options{MaxAttempts: 8}), retry.Limits{})
	near(t, "mean", f.Mean.Seconds(), 15.5+13.75+16.875, 0.1)
	if f.Samples == 0 || f.Longest != 71*s {
		t.Errorf("%+v, want 71 s at most, drawn", f)
	}
	f = worst(t, policy(t, retry.FullJitter, retry.Options{MaxAttempts: 40}), retry.Limits{Samples: 1000})
	if f.Samples != 1000 {
		t.Errorf("%+v, want it drawn", f)
	}
}

// Four attempts of 2.1 need three delays, of 1, 2 and 4 s at most: all three
// together are below 3 s in (27 - 8 - 1) / 48 of calls, so that a call that
// knows of 3 s makes 3.375 attempts, and with half a second of them kept back
// fewer.
func TestWorstAware(t *testing.T) {
	p := policy(t, retry.V21, retry.Options{})
	f := worst(t, p, retry.Limits{Deadline: 3 * s, Aware: true, Seed: 2})
	near(t, "attempts", f.MeanAttempts, 3.375, 0.008)
	if f.Late != 0 || f.Longest != 3*s {
		t.Errorf("%+v, want 3 s at most", f)
	}
	if less := worst(t, p, retry.Limits{Deadline: 2500 * ms, Aware: true, Seed: 2}); less.MeanAttempts > f.MeanAttempts-0.1 {
		t.Errorf("%v attempts in 2.5 s, %v in 3 s", less.MeanAttempts, f.MeanAttempts)
	}
}

// What is computed agrees with what is drawn: the same policy with a stop that
// comes too late for it to matter but soon enough for Worst to draw.
func TestExactAgreesWithDrawn(t *testing.T) {
	tests := []struct {
		form retry.Form
		o    retry.Options
	}{
		{retry.LegacyOther, retry.Options{}},
		{retry.Standard, retry.Options{}},
		{retry.StandardCapped, retry.Options{MaxAttempts: 9}},
		{retry.GoStandard, retry.Options{MaxAttempts: 7}},
		{retry.V21, retry.Options{MaxAttempts: 12, MaxDelay: 5 * s}},
		{retry.FullJitter, retry.Options{}},
		{retry.EqualJitter, retry.Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.form.String(), func(t *testing.T) {
			exact := worst(t, policy(t, tt.form, tt.o), retry.Limits{Attempt: 10 * ms})
			l := retry.Limits{Attempt: 10 * ms, Deadline: exact.Mean + (exact.Longest-exact.Mean)/5, Seed: 3}
			exact = worst(t, policy(t, tt.form, tt.o), l)
			stopped := tt.o
			stopped.StopAfter = exact.Longest
			drawn := worst(t, policy(t, tt.form, stopped), l)
			if exact.Samples != 0 || drawn.Samples == 0 {
				t.Fatalf("%d samples and %d, want none and some", exact.Samples, drawn.Samples)
			}
			if drawn.Longest != exact.Longest || drawn.Attempts != exact.Attempts {
				t.Errorf("drawn %+v, exact %+v", drawn, exact)
			}
			width := exact.Longest.Seconds()
			near(t, "mean", drawn.Mean.Seconds(), exact.Mean.Seconds(), width/200)
			near(t, "median", drawn.Median.Seconds(), exact.Median.Seconds(), width/150)
			near(t, "99th percentile", drawn.P99.Seconds(), exact.P99.Seconds(), width/150)
			near(t, "late", drawn.Late, exact.Late, 0.006)
		})
	}
}

// Whatever the policy and the limits: times are in order, none drawn passes the
// longest, an aware call is late by its last attempt at most, and the same seed
// gives the same forecast.
func TestWorstProperties(t *testing.T) {
	rng := source(t, 4)
	for range 300 {
		f := retry.Legacy + retry.Form(rng.IntN(int(retry.RandomExponential-retry.Legacy)+1))
		o := retry.Options{MaxAttempts: rng.IntN(20)}
		if rng.IntN(2) == 0 {
			o.StopAfter = time.Duration(1+rng.IntN(60)) * s
			o.StopRule = retry.StopRule(rng.IntN(2))
		}
		l := retry.Limits{
			Deadline: time.Duration(1+rng.IntN(60)) * s, Aware: rng.IntN(2) == 0, Attempt: time.Duration(rng.IntN(1000)) * ms,
			Class: retry.Class(rng.IntN(int(retry.ThrottleMaximum) + 1)), Samples: 200, Seed: rng.Uint64(),
		}
		p := policy(t, f, o)
		got := worst(t, p, l)
		switch {
		case got.Median > got.P99, got.P99 > got.Longest, got.Mean > got.Longest, got.MeanAttempts > float64(got.Attempts):
			t.Errorf("%v %+v %+v: out of order: %+v", f, o, l, got)
		case got.Late < 0 || got.Late > 1 || got.Late > 0 && got.Longest <= l.Deadline:
			t.Errorf("%v %+v %+v: late %v of %v", f, o, l, got.Late, got.Longest)
		case l.Aware && got.Longest > l.Deadline+l.Attempt:
			t.Errorf("%v %+v %+v: aware, yet %v", f, o, l, got.Longest)
		case got.Attempts < 1 || got.Attempts > p.Options().MaxAttempts:
			t.Errorf("%v %+v %+v: %d attempts", f, o, l, got.Attempts)
		}
		if again := worst(t, p, l); again != got {
			t.Errorf("%v %+v %+v: %+v, then %+v", f, o, l, got, again)
		}
	}
}

func TestWorstOfTheZeroPolicy(t *testing.T) {
	f := worst(t, retry.Policy{}, retry.Limits{Deadline: s, Attempt: 2 * s})
	if want := (retry.Forecast{Attempts: 1, MeanAttempts: 1, Longest: 2 * s, Mean: 2 * s, Median: 2 * s, P99: 2 * s, Late: 1}); f != want {
		t.Errorf("%+v, want %+v", f, want)
	}
}

func TestWorstRefuses(t *testing.T) {
	for field, l := range map[string]retry.Limits{
		"Deadline": {Deadline: -1},
		"Attempt":  {Attempt: retry.MaxTime + 1},
		"Class":    {Class: 99},
		"Aware":    {Aware: true},
		"Samples":  {Samples: -1},
	} {
		_, err := retry.Worst(policy(t, retry.V21, retry.Options{}), l)
		refused(t, field, err)
	}
}

func BenchmarkWorst(b *testing.B) {
	for name, f := range map[string]retry.Form{"exact": retry.FullJitter, "drawn": retry.RandomExponential} {
		b.Run(name, func(b *testing.B) {
			p := policy(b, f, retry.Options{})
			b.ReportAllocs()
			for b.Loop() {
				worst(b, p, retry.Limits{Deadline: 29 * s})
			}
		})
	}
}

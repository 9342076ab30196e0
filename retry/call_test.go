package retry_test

import (
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/retry"
)

var throttled = retry.Failure{Class: retry.ThrottleTable}

func TestOutcomes(t *testing.T) {
	v21 := policy(t, retry.V21, retry.Options{})
	empty := new(retry.Quota)
	tests := []struct {
		name     string
		deadline time.Duration // 0: none
		quota    *retry.Quota
		cancel   bool
		at       time.Duration // of the failure
		failure  retry.Failure
		want     retry.Outcome
		delay    time.Duration
	}{
		{"again", 0, nil, false, 100 * ms, throttled, retry.Again, s},
		{"final", 0, nil, false, 0, retry.Failure{}, retry.FinalFailure, 0},
		{"cancelled", 0, nil, true, 0, throttled, retry.Cancelled, 0},
		{"deadline past", -s, nil, false, 0, throttled, retry.DeadlineNear, 0},
		{"deadline in the attempt", s, nil, false, s, throttled, retry.DeadlineNear, 0},
		{"deadline in the sleep", s + 99*ms, nil, false, 100 * ms, throttled, retry.DeadlineNear, s},
		{"deadline at the next attempt", s + 100*ms, nil, false, 100 * ms, throttled, retry.DeadlineNear, s},
		{"deadline just after", s + 100*ms + 1, nil, false, 100 * ms, throttled, retry.Again, s},
		{"quota spent", 0, empty, false, 0, throttled, retry.QuotaSpent, s},
		{"the clock jumped back", 0, nil, false, -time.Hour, throttled, retry.Again, s},
		{"hint below the delay", 0, nil, false, 0, retry.Failure{Class: retry.Throttle, Hint: 10 * ms}, retry.Again, s},
		{"hint above it", 0, nil, false, 0, retry.Failure{Class: retry.Throttle, Hint: 2 * s}, retry.Again, 2 * s},
		{"hint far above it", 0, nil, false, 0, retry.Failure{Class: retry.Throttle, Hint: time.Hour}, retry.Again, 6 * s},
		{"hint past the deadline", 3 * s, nil, false, 0, retry.Failure{Class: retry.Throttle, Hint: time.Hour}, retry.DeadlineNear, 6 * s},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var deadline instant.Instant
			if tt.deadline != 0 {
				deadline = began.Add(tt.deadline)
			}
			call := v21.Begin(began, deadline, tt.quota)
			if tt.cancel {
				call.Cancel()
			}
			now := began.Add(tt.at)
			got := call.Fail(now, tt.failure, nil)
			want := retry.Decision{Outcome: tt.want, Delay: tt.delay}
			if tt.want == retry.Again {
				want.At = now.Add(tt.delay)
			}
			if got != want {
				t.Errorf("Fail = %+v, want %+v", got, want)
			}
		})
	}
}

// Only 2.1 knows of hints.
func TestHintIsOf21(t *testing.T) {
	for f := retry.Legacy; f <= retry.RandomExponential; f++ {
		p := policy(t, f, retry.Options{})
		call := p.Begin(began, 0, nil)
		plain := p.Delay(1, retry.ThrottleTable, 0, nil)
		got := call.Fail(began, retry.Failure{Class: retry.ThrottleTable, Hint: time.Hour}, nil).Delay
		if heeded := got != plain; heeded != (f == retry.V21) {
			t.Errorf("%v: %v with a hint, %v without", f, got, plain)
		}
	}
}

// A clock that jumps back gives a stop no more time than the call began with.
func TestStopWhenTheClockJumpsBack(t *testing.T) {
	p := policy(t, retry.RandomExponential, retry.Options{StopAfter: s, StopRule: retry.StopUpcoming})
	call := p.Begin(began, 0, nil)
	want := retry.Decision{Outcome: retry.TimeSpent, Delay: s}
	if got := call.Fail(began.Add(-time.Hour), throttled, nil); got != want {
		t.Errorf("Fail = %+v, want %+v", got, want)
	}
}

// A delay that ends after the last instant there is does not come round to the
// first.
func TestDelayPastTheLastInstant(t *testing.T) {
	var p retry.Policy
	call := p.Begin(began, began.Add(s), nil)
	if d := call.Weigh(began, retry.Forever); d.Outcome != retry.DeadlineNear {
		t.Errorf("forever within a second: %+v", d)
	}
	call = p.Begin(began, 0, nil)
	if d := call.Weigh(began, retry.Forever); d.Outcome != retry.Again || d.At.Before(began) {
		t.Errorf("forever without a deadline: %+v", d)
	}
}

func TestOpen(t *testing.T) {
	var p retry.Policy
	call := p.Begin(began, began.Add(s), nil)
	if !call.Open(began) || !call.Open(began.Add(s-1)) {
		t.Error("closed before its deadline")
	}
	if call.Open(began.Add(s)) {
		t.Error("open at its deadline")
	}
	call.Cancel()
	if call.Open(began) {
		t.Error("open though cancelled")
	}
	if call = p.Begin(began, 0, nil); !call.Open(began.Add(100 * 365 * 24 * time.Hour)) {
		t.Error("closed though it has no deadline")
	}
}

// A deadline refuses before a token is taken.
func TestDeadlineTakesNoToken(t *testing.T) {
	p := policy(t, retry.V21, retry.Options{})
	quota := p.NewQuota()
	call := p.Begin(began, began.Add(s), quota)
	if d := call.Fail(began, throttled, nil); d.Outcome != retry.DeadlineNear || quota.Left() != 500 {
		t.Errorf("%v with %d tokens left, want %v with 500", d.Outcome, quota.Left(), retry.DeadlineNear)
	}
}

// No attempt of a call with a deadline begins at it or later, whatever the
// policy, and the call's own count agrees with what was decided.
func TestNoAttemptPastTheDeadline(t *testing.T) {
	rng := source(t, 6)
	for range 5_000 {
		f := retry.Legacy + retry.Form(rng.IntN(int(retry.RandomExponential-retry.Legacy)+1))
		p := policy(t, f, retry.Options{MaxAttempts: 1 + rng.IntN(30)})
		deadline := began.Add(time.Duration(rng.Int64N(int64(time.Minute))))
		call, now := p.Begin(began, deadline, p.NewQuota()), began
		var waited time.Duration
		for n := 1; ; n++ {
			now = now.Add(time.Duration(rng.Int64N(int64(20 * ms))))
			d := call.Fail(now, throttled, rng)
			if call.Failed() != n {
				t.Fatalf("%v: Failed() = %d after %d failures", f, call.Failed(), n)
			}
			if d.Outcome != retry.Again {
				break
			}
			waited += d.Delay
			if now = d.At; !now.Before(deadline) {
				t.Fatalf("%v: attempt %d begins %v after the deadline", f, n+1, now.Sub(deadline))
			}
		}
		if call.Waited() != waited {
			t.Fatalf("%v: Waited() = %v, want %v", f, call.Waited(), waited)
		}
	}
}

func TestDecidingAllocatesNothing(t *testing.T) {
	rng := source(t, 7)
	for f := retry.Legacy; f <= retry.RandomExponential; f++ {
		p := policy(t, f, retry.Options{})
		quota := p.NewQuota()
		got := testing.AllocsPerRun(100, func() {
			call := p.Begin(began, began.Add(time.Minute), quota)
			call.Fail(began, throttled, rng)
			call.Fail(began.Add(s), retry.Failure{Class: retry.Transient, Hint: s}, rng)
			call.Succeed()
		})
		if got != 0 {
			t.Errorf("%v: %v allocations", f, got)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	for _, f := range []retry.Form{retry.Legacy, retry.V21, retry.DecorrelatedJitter} {
		b.Run(f.String(), func(b *testing.B) {
			p, rng := policy(b, f, retry.Options{}), source(b, 8)
			quota := p.NewQuota()
			b.ReportAllocs()
			for b.Loop() {
				call := p.Begin(began, began.Add(time.Minute), quota)
				call.Fail(began, throttled, rng)
				call.Succeed()
			}
		})
	}
}

func TestWeigh(t *testing.T) {
	v21 := policy(t, retry.V21, retry.Options{})
	call := v21.Begin(began, began.Add(3*s), new(retry.Quota))
	now := began.Add(s)
	for _, tt := range []struct {
		delay time.Duration
		want  retry.Decision
	}{
		{2*s - 1, retry.Decision{Outcome: retry.Again, Delay: 2*s - 1, At: began.Add(3*s - 1)}},
		{2 * s, retry.Decision{Outcome: retry.DeadlineNear, Delay: 2 * s}},
	} {
		if got := call.Weigh(now, tt.delay); got != tt.want {
			t.Errorf("Weigh(1s, %v) = %+v, want %+v", tt.delay, got, tt.want)
		}
	}
	if call.Failed() != 0 || call.Waited() != 0 {
		t.Errorf("after Weigh %d failures and %v waited, want none", call.Failed(), call.Waited())
	}
	call.Cancel()
	if got, want := call.Weigh(now, 0), (retry.Decision{Outcome: retry.Cancelled}); got != want {
		t.Errorf("Weigh of a cancelled call = %+v, want %+v", got, want)
	}
}

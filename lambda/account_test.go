package lambda_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// TestRunningNeverExceedsLimits plays random traffic against a few functions.
// After each step it checks that no more invocations run than a limit allows,
// and that no more sandboxes started in any ten seconds than two bursts of the
// scale rate.
func TestRunningNeverExceedsLimits(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			limits := lambda.Limits{ConcurrentExecutions: 150 + rng.IntN(300), ScaleOut: 20 + rng.IntN(100)}
			a := lambda.NewAccount(limits)
			all := make([]*tracked, 0, 4)
			for i := range cap(all) {
				f := &tracked{cap: limits.ConcurrentExecutions}
				var reserved *int
				if i > 1 {
					n := rng.IntN(20)
					reserved, f.cap, f.reserved = &n, n, true
				}
				var err error
				if f.function, err = a.AddFunction(fmt.Sprint("f", i), reserved); err != nil {
					t.Fatal(err)
				}
				all = append(all, f)
			}
			now := epoch
			for step := range 20_000 {
				now = now.Add(time.Duration(rng.Int64N(int64(20 * time.Millisecond))))
				all[rng.IntN(len(all))].step(now, rng)
				check(t, step, a, all, limits)
			}
		})
	}
}

// A tracked function counts by itself what the account counts.
type tracked struct {
	function *lambda.Function
	reserved bool
	cap      int
	running  int
	starts   []instant.Instant // of new sandboxes, those of the last 10 s
}

func (f *tracked) step(now instant.Instant, rng *rand.Rand) {
	if f.running > 0 && rng.IntN(5) < 2 {
		f.function.Release()
		f.running--
		return
	}
	warm := rng.IntN(2) == 0
	if err := f.function.Admit(now, warm); err != nil {
		return
	}
	f.running++
	if !warm {
		f.starts = append(f.starts, now)
	}
	for len(f.starts) > 0 && now.Sub(f.starts[0]) > 10*time.Second {
		f.starts = f.starts[1:]
	}
}

func check(t *testing.T, step int, a *lambda.Account, all []*tracked, limits lambda.Limits) {
	t.Helper()
	total, unreserved, reserved := 0, 0, 0
	for i, f := range all {
		total += f.running
		if f.reserved {
			reserved += f.cap
		} else {
			unreserved += f.running
		}
		if f.function.Concurrency().Function != f.running || f.running > f.cap {
			t.Fatalf("step %d: function %d runs %d, counted %d, may run %d", step, i, f.function.Concurrency().Function, f.running, f.cap)
		}
		if len(f.starts) > 2*limits.ScaleOut {
			t.Fatalf("step %d: function %d started %d sandboxes in 10 s, rate %d", step, i, len(f.starts), limits.ScaleOut)
		}
	}
	if a.ConcurrentExecutions() != total || a.UnreservedConcurrentExecutions() != unreserved {
		t.Fatalf("step %d: account counts %d and %d, want %d and %d", step,
			a.ConcurrentExecutions(), a.UnreservedConcurrentExecutions(), total, unreserved)
	}
	if most := limits.ConcurrentExecutions - reserved; unreserved > most {
		t.Fatalf("step %d: %d run unreserved, %d may", step, unreserved, most)
	}
}

func TestReservationTexts(t *testing.T) {
	tests := []struct {
		reserved int
		want     string
	}{
		{901, "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."},
		{-1, "1 validation error detected: Value '-1' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 0"},
	}
	for _, tt := range tests {
		_, err := lambda.NewAccount(lambda.Limits{}).AddFunction("f", &tt.reserved)
		if err == nil || err.Error() != tt.want {
			t.Errorf("AddFunction(%d) = %v, want %s", tt.reserved, err, tt.want)
		}
	}
}

func TestFunctionNamesAreUnique(t *testing.T) {
	a := lambda.NewAccount(lambda.Limits{})
	if _, err := a.AddFunction("f", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.AddFunction("f", nil); err == nil {
		t.Error("a second function of the same name was accepted")
	}
}

func TestThrottleErrorIsErrThrottled(t *testing.T) {
	none := 0
	f, err := lambda.NewAccount(lambda.Limits{}).AddFunction("f", &none)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Admit(epoch, false); !errors.Is(err, lambda.ErrThrottled) {
		t.Errorf("Admit = %v, want it to be ErrThrottled", err)
	}
}

func BenchmarkAdmit(b *testing.B) {
	f, err := lambda.NewAccount(lambda.Limits{}).AddFunction("f", nil)
	if err != nil {
		b.Fatal(err)
	}
	now := epoch
	for b.Loop() {
		now = now.Add(time.Millisecond)
		if err := f.Admit(now, true); err != nil {
			b.Fatal(err)
		}
		f.Release()
	}
}

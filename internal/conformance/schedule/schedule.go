// Package schedule compares the waits of real clients with package retry: delay by
// delay where a policy is certain, and distribution by distribution where it
// draws. It is internal to the tests: it may change whenever its users do.
package schedule

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"lullaby/retry"
)

const (
	drawn = 50_000 // calls of the policy
	few   = 100    // a smaller sample has no distribution

	// resolution hides the rounding of a delay that a client holds as a fraction of
	// a second in binary.
	resolution = time.Microsecond
)

// Compare returns nil if the calls of a client wait as those of a policy do. calls
// has the waits of each call when every attempt failed with f. Compare looks at
// the number of attempts, at each delay by its place, and at the sum of a call's
// delays.
//
// Where all calls of the policy agree, all calls of the client must equal them.
// Otherwise the largest distance of the two distribution functions may be
// 2 sqrt(1/n + 1/m) for samples of n and m; two samples of the same distribution
// exceed that once in 1,500 times.
func Compare(p retry.Policy, f retry.Failure, calls [][]time.Duration) error {
	if len(calls) == 0 {
		return errors.New("no calls")
	}
	want := draw(p, f)
	errs := []error{
		same("attempts", column(calls, attempts), column(want, attempts)),
		same("time waited in all", column(calls, total), column(want, total)),
	}
	for i := range attempts(slices.MaxFunc(calls, longer)) - 1 {
		delay := func(call []time.Duration) time.Duration { return call[i].Round(resolution) }
		there := func(calls [][]time.Duration) [][]time.Duration {
			return slices.DeleteFunc(slices.Clone(calls), func(call []time.Duration) bool { return len(call) <= i })
		}
		errs = append(errs, same(fmt.Sprint("delay ", i+1), column(there(calls), delay), column(there(want), delay)))
	}
	return errors.Join(errs...)
}

// draw plays calls of the policy, with a seed of its own.
func draw(p retry.Policy, f retry.Failure) [][]time.Duration {
	rng := rand.New(rand.NewPCG(1, 0))
	calls := make([][]time.Duration, drawn)
	for i := range calls {
		call := p.Begin(0, 0, nil)
		for d := call.Fail(0, f, rng); d.Outcome == retry.Again; d = call.Fail(d.At, f, rng) {
			calls[i] = append(calls[i], d.Delay)
		}
	}
	return calls
}

func attempts(call []time.Duration) int { return len(call) + 1 }

func longer(a, b []time.Duration) int { return cmp.Compare(len(a), len(b)) }

func total(call []time.Duration) time.Duration {
	var sum time.Duration
	for _, d := range call {
		sum += d
	}
	return sum.Round(resolution)
}

func column[T cmp.Ordered](calls [][]time.Duration, of func([]time.Duration) T) []T {
	values := make([]T, len(calls))
	for i, call := range calls {
		values[i] = of(call)
	}
	slices.Sort(values)
	return values
}

// same compares two sorted samples.
func same[T cmp.Ordered](what string, got, want []T) error {
	if len(want) == 0 {
		return fmt.Errorf("%s: %v, want none", what, got[0])
	}
	if least, most := want[0], want[len(want)-1]; least == most {
		if got[0] != least || got[len(got)-1] != least {
			return fmt.Errorf("%s: from %v to %v, want %v", what, got[0], got[len(got)-1], least)
		}
		return nil
	}
	if len(got) < few {
		return nil
	}
	tolerance := 2 * math.Sqrt(1/float64(len(got))+1/float64(len(want)))
	if d, at := distance(got, want); d > tolerance {
		return fmt.Errorf("%s: the distributions of %d and %d are %.3f apart at %v, want %.3f at most; medians %v and %v",
			what, len(got), len(want), d, at, tolerance, got[len(got)/2], want[len(want)/2])
	}
	return nil
}

// distance returns the Kolmogorov-Smirnov distance of two sorted samples, and the
// value at which it occurs.
func distance[T cmp.Ordered](a, b []T) (d float64, at T) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		if apart := math.Abs(float64(i)/float64(len(a)) - float64(j)/float64(len(b))); apart > d {
			d, at = apart, x
		}
	}
	return d, at
}

package schedule_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/conformance/schedule"
	"lullaby/retry"
)

// play returns what 500 calls of a policy wait, by another seed than Compare's.
func play(p retry.Policy) [][]time.Duration {
	rng := rand.New(rand.NewPCG(2, 0))
	calls := make([][]time.Duration, 500)
	for i := range calls {
		call := p.Begin(0, 0, nil)
		for {
			d := call.Fail(instant.Instant(call.Waited()), retry.Failure{Class: retry.ThrottleTable}, rng)
			if d.Outcome != retry.Again {
				break
			}
			calls[i] = append(calls[i], d.Delay)
		}
	}
	return calls
}

// The comparison tells apart what differs by an attempt, a base or a cap, and
// finds nothing between calls of the same policy.
func TestCompare(t *testing.T) {
	tests := []struct {
		name    string
		form    retry.Form
		o       retry.Options
		another retry.Form
		other   retry.Options
		want    string // in the difference; empty: none
	}{
		{"legacy", retry.Legacy, retry.Options{}, retry.Legacy, retry.Options{}, ""},
		{"2.1", retry.V21, retry.Options{}, retry.V21, retry.Options{}, ""},
		{"tenacity", retry.RandomExponential, retry.Options{}, retry.RandomExponential, retry.Options{}, ""},
		{"a pile at the cap", retry.Standard, retry.Options{MaxAttempts: 8}, retry.Standard, retry.Options{MaxAttempts: 8}, ""},
		{"another base", retry.Legacy, retry.Options{}, retry.Legacy, retry.Options{Base: 51 * time.Millisecond}, "delay 1: from 51ms to 51ms, want 50ms"},
		{"fewer", retry.Legacy, retry.Options{}, retry.Legacy, retry.Options{MaxAttempts: 9}, "attempts: from 9 to 9, want 10"},
		{"more", retry.Legacy, retry.Options{}, retry.Legacy, retry.Options{MaxAttempts: 11}, "delay 10: 25.6s, want none"},
		{"another window", retry.V21, retry.Options{}, retry.V21, retry.Options{ThrottleBase: 1200 * time.Millisecond}, "delay 1: the distributions of 500 and 50000 are"},
		{"no pile", retry.Standard, retry.Options{MaxAttempts: 8}, retry.StandardCapped, retry.Options{MaxAttempts: 8}, "delay 6: "},
		{"another stop", retry.RandomExponential, retry.Options{}, retry.RandomExponential, retry.Options{StopAfter: 20 * time.Second}, "attempts: the distributions"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := retry.New(tt.form, tt.o)
			if err != nil {
				t.Fatal(err)
			}
			other, err := retry.New(tt.another, tt.other)
			if err != nil {
				t.Fatal(err)
			}
			got := schedule.Compare(p, retry.Failure{Class: retry.ThrottleTable}, play(other))
			switch {
			case got == nil && tt.want != "":
				t.Errorf("no difference, want %q", tt.want)
			case got != nil && (tt.want == "" || !strings.Contains(got.Error(), tt.want)):
				t.Errorf("%v, want %q", got, tt.want)
			}
		})
	}
	if schedule.Compare(retry.Policy{}, retry.Failure{}, nil) == nil {
		t.Error("no calls are as good as some")
	}
}

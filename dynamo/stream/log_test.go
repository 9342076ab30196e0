package stream_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/stream"
	"lullaby/instant"
)

var start = instant.Of(time.Date(2026, 11, 29, 3, 12, 0, 0, time.UTC))

// What may still appear is not below the bound of a reader, and what has been
// read past does not appear.
func TestSequenceNumbersSettleInOrder(t *testing.T) {
	var l stream.Log
	first, second := l.Begin(start), l.Begin(start)
	l.End(second)
	if bound := l.Settled(start); bound != first {
		t.Errorf("bound %d while %d is pending", bound, first)
	}
	l.End(first)
	bound := l.Settled(start.Add(time.Second))
	if bound <= second {
		t.Errorf("bound %d, want above %d", bound, second)
	}
	if third := l.Begin(start.Add(-time.Hour)); third < bound {
		t.Errorf("number %d appears below bound %d", third, bound)
	}
}

// However writers, readers, restarts and a clock that is set back follow each
// other: numbers grow, none is given below what a reader saw as settled,
// and what is settled has no number that is pending and never shrinks.
func TestSettledIsFinal(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	var l stream.Log
	var pending []stream.Sequence
	var last, bound stream.Sequence
	now := start
	for step := range 100_000 {
		now = now.Add(time.Duration(rng.IntN(20_000)-9_000) * time.Nanosecond)
		switch n := rng.IntN(1_000); {
		case n == 0:
			now = now.Add(-time.Minute)
		case n == 1: // a crash: what is pending is lost
			l, pending = stream.Resume(stream.Description{}, last), nil
			bound = 0 // no reader has read from this log
		case n < 400:
			given := l.Begin(now)
			if given <= last || given < bound {
				t.Fatalf("seed %d, step %d: given %d after %d, settled %d", seed, step, given, last, bound)
			}
			last = given
			pending = append(pending, given)
		case n < 800 && len(pending) > 0:
			i := rng.IntN(len(pending))
			l.End(pending[i])
			pending[i] = pending[len(pending)-1]
			pending = pending[:len(pending)-1]
		default:
			settled := l.Settled(now)
			if settled < bound {
				t.Fatalf("seed %d, step %d: settled %d after %d", seed, step, settled, bound)
			}
			bound = settled
			for _, n := range pending {
				if n < bound {
					t.Fatalf("seed %d, step %d: %d is pending, settled %d", seed, step, n, bound)
				}
			}
			if len(pending) == 0 && last >= bound {
				t.Fatalf("seed %d, step %d: nothing is pending, last %d is not settled: %d", seed, step, last, bound)
			}
		}
	}
}

func TestTrimOnceAnHour(t *testing.T) {
	var l stream.Log
	steps := []struct {
		at   time.Duration
		want bool
	}{{0, true}, {0, false}, {time.Hour - 1, false}, {time.Hour, true}, {time.Hour + 1, false}, {3 * time.Hour, true}}
	for _, s := range steps {
		now := start.Add(s.at)
		below, due := l.Trim(now)
		if due != s.want {
			t.Fatalf("after %v: due %v, want %v", s.at, due, s.want)
		}
		if want := stream.SequenceAt(now.Add(-24 * time.Hour)); due && below != want {
			t.Errorf("after %v: below %v, want %v", s.at, below, want)
		}
	}
}

func TestStart(t *testing.T) {
	text := func(n stream.Sequence) *string {
		s := n.String()
		return &s
	}
	day := stream.SequenceAt(start.Add(-24 * time.Hour))
	words := "12x"
	at := func(d time.Duration) *instant.Instant {
		i := start.Add(d)
		return &i
	}
	tests := []struct {
		name  string
		kind  stream.IteratorType
		given *string
		want  stream.Sequence
		err   error
	}{
		{"the oldest", stream.TrimHorizon, nil, 0, nil},
		{"the oldest, with a number that is not used", stream.TrimHorizon, &words, 0, nil},
		{"the next", stream.Latest, nil, stream.SequenceAt(start), nil},
		{"at the oldest of a day", stream.AtSequenceNumber, text(day), day, nil},
		{"after the oldest of a day", stream.AfterSequenceNumber, text(day), day + 1, nil},
		{"at one before", stream.AtSequenceNumber, text(day - 1), 0, refusal.Trimmed},
		{"after one before", stream.AfterSequenceNumber, text(day - 1), 0, refusal.Trimmed},
		{"no number", stream.AtSequenceNumber, nil, 0, refusal.Validation},
		{"what is no number", stream.AfterSequenceNumber, &words, 0, refusal.Validation},
	}
	for _, tt := range tests {
		var l stream.Log
		got, err := l.Start(tt.kind, stream.Position{Sequence: tt.given}, start)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: Start() = %d, %v, want %d, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
	for _, tt := range []struct {
		name string
		at   *instant.Instant
		want stream.Sequence
		err  error
	}{
		{"now", at(0), stream.SequenceAt(start), nil},
		{"a day ago", at(-24 * time.Hour), day, nil},
		{"longer ago", at(-24*time.Hour - time.Millisecond), 0, nil},
		{"in the future", at(time.Millisecond), 0, refusal.Validation},
		{"at no time", nil, 0, refusal.Validation},
	} {
		var l stream.Log
		got, err := l.Start(stream.AtTimestamp, stream.Position{At: tt.at}, start)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: Start() = %d, %v, want %d, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}

func TestSequenceText(t *testing.T) {
	tests := []struct {
		at   instant.Instant
		want string
	}{
		{start, "100001795921920000000"},
		{start.Add(999 * time.Nanosecond), "100001795921920000000"},
		{0, "100000000000000000000"},
		{instant.Of(time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)), "100000000000000000000"},
	}
	for _, tt := range tests {
		n := stream.SequenceAt(tt.at)
		if n.String() != tt.want {
			t.Errorf("number at %v is %v, want %s", tt.at, n, tt.want)
		}
		if back, ok := stream.ParseSequence(n.String()); back != n || !ok {
			t.Errorf("ParseSequence(%v) = %d, %v", n, back, ok)
		}
	}
	for _, s := range []string{"", "1", "2" + tests[0].want[1:], "1-1", "1 5", "199999999999999999999999"} {
		if n, ok := stream.ParseSequence(s); ok {
			t.Errorf("ParseSequence(%q) = %d", s, n)
		}
	}
}

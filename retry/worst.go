package retry

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"lullaby/instant"
)

// Limits are the conditions under which Worst forecasts a call.
type Limits struct {
	// Deadline is how long the client waits for the call, for example API
	// Gateway's 29 s; 0: without end.
	Deadline time.Duration
	// Aware begins the call with that deadline, so that it gives up rather than
	// sleep past it. No SDK does that by itself (docs/aws/retries.md#deadlines).
	Aware bool
	// Attempt is how long an attempt takes to fail.
	Attempt time.Duration
	// Class is the class of every failure. The zero Class, Final, stands for
	// ThrottleTable.
	Class Class
	// Samples is how many calls are drawn where chances cannot be computed; 0:
	// 100,000. Seed seeds the draws: the same seed gives the same forecast on
	// every machine.
	Samples int
	Seed    uint64
}

const (
	defaultSamples = 100_000
	maxSamples     = 10_000_000
)

// A Forecast says how long a call takes when no attempt succeeds. Times run from
// the beginning of the first attempt to the end of the last.
type Forecast struct {
	Attempts     int     // the most; of those drawn if Samples is not 0
	MeanAttempts float64 // exact if Samples is 0
	// Longest is the longest time that a call can take; it is computed even where
	// the rest is drawn. It is Forever where the policy sets no bound:
	// RandomExponential without MaxDelay may draw many short delays and then a
	// very long one.
	Longest time.Duration
	Mean    time.Duration
	Median  time.Duration
	P99     time.Duration // one call in a hundred takes longer
	// Late is the chance, from 0 to 1, that the call ends after the deadline; 0
	// without a deadline.
	Late float64
	// Samples is how many calls were drawn; 0 if the forecast is exact. A drawn
	// chance is off by less than 0.5 / sqrt(Samples) in two forecasts of three,
	// and by less than three times that in nearly all: half a percent at 100,000.
	Samples int
	Seed    uint64
}

// Worst forecasts a call in which every attempt fails. A success makes the call
// shorter; so does a quota, which Worst leaves out. The forecast is exact where
// the delays do not depend on each other and no deadline cuts them short.
// Otherwise calls are drawn, by the code that decides a Call. Worst refuses a
// limit that is negative or out of bounds with an *OptionError that names it.
func Worst(p Policy, l Limits) (Forecast, error) {
	if err := l.validate(); err != nil {
		return Forecast{}, err
	}
	if l.Class == Final {
		l.Class = ThrottleTable
	}
	if l.Samples == 0 {
		l.Samples = defaultSamples
	}
	terms, independent := p.terms(l.Class)
	total := newSum(terms, l.Attempt)
	switch {
	case p.cut(total.longest, &l):
		if total.wide == nil {
			return certain(p, &l), nil
		}
	case independent && total.cheap():
		return total.forecast(len(terms)+1, l.Deadline), nil
	}
	f := sample(p, &l)
	f.Longest = longest(p, terms, &l)
	return f, nil
}

func (l *Limits) validate() error {
	for _, d := range []struct {
		field string
		value time.Duration
	}{{"Deadline", l.Deadline}, {"Attempt", l.Attempt}} {
		if d.value < 0 || d.value > MaxTime {
			return &OptionError{d.field, d.value, fmt.Sprintf("from 0 to %v", MaxTime)}
		}
	}
	if l.Class >= classes {
		return &OptionError{"Class", uint8(l.Class), "one of this package's"}
	}
	if l.Aware && l.Deadline == 0 {
		return &OptionError{"Aware", true, "false where Deadline is 0"}
	}
	if l.Samples < 0 || l.Samples > maxSamples {
		return &OptionError{"Samples", l.Samples, fmt.Sprintf("from 1 to %d, or 0 for %d", maxSamples, defaultSamples)}
	}
	return nil
}

// cut reports whether time may end a call that could last so long.
func (p Policy) cut(longest time.Duration, l *Limits) bool {
	return p.o.StopAfter != 0 && longest >= p.o.StopAfter || l.Aware && longest >= l.Deadline
}

// A term is the range of one delay: from least, over a width.
type term struct{ least, width time.Duration }

// terms returns the ranges of all delays that the attempts allow, and whether
// each is drawn evenly from its own, whatever the others were.
func (p Policy) terms(c Class) (terms []term, independent bool) {
	if !p.Retries(c) {
		return nil, true
	}
	independent = rules[p.form].jitter != decorrelated
	var previous time.Duration
	for attempt := 1; attempt < p.o.MaxAttempts; attempt++ {
		most := p.Delay(attempt, c, previous, nil)
		var least time.Duration
		switch rules[p.form].jitter {
		case none:
			least = most
		case full:
		case piled:
			independent = independent && p.window(attempt, c) <= most
		case jump:
			if p.window(attempt, c) > most {
				least = most
			}
		case equal:
			least = most / 2
		case decorrelated:
			least = p.o.Base
		}
		terms = append(terms, term{least, most - least})
		previous = most
	}
	return terms, independent
}

// certain plays the one call that there is, without chance.
func certain(p Policy, l *Limits) Forecast {
	took, attempts := play(p, l, nil)
	f := Forecast{Attempts: attempts, MeanAttempts: float64(attempts), Longest: took, Mean: took, Median: took, P99: took}
	if l.Deadline != 0 && took > l.Deadline {
		f.Late = 1
	}
	return f
}

// sample draws calls. It leaves Longest to be computed.
func sample(p Policy, l *Limits) Forecast {
	rng := rand.New(rand.NewPCG(l.Seed, 0))
	f := Forecast{Samples: l.Samples, Seed: l.Seed}
	times := make([]time.Duration, l.Samples)
	n := int64(l.Samples)
	var whole, rest, attempts, late int64 // whole and rest: the sum of times, divided by n
	for i := range times {
		took, made := play(p, l, rng)
		times[i] = took
		whole, rest = whole+int64(took)/n, rest+int64(took)%n
		attempts += int64(made)
		f.Attempts = max(f.Attempts, made)
		if l.Deadline != 0 && took > l.Deadline {
			late++
		}
	}
	slices.Sort(times)
	f.Mean = time.Duration(whole + rest/n)
	f.Median = times[(len(times)-1)/2]
	f.P99 = times[(len(times)-1)*99/100]
	f.MeanAttempts = float64(attempts) / float64(n)
	f.Late = float64(late) / float64(n)
	return f
}

// play lets a call fail until it gives up, and returns how long it took and how
// many attempts it made.
func play(p Policy, l *Limits, rng *rand.Rand) (took time.Duration, attempts int) {
	var began, deadline instant.Instant
	if l.Aware {
		deadline = began.Add(l.Deadline)
	}
	call := p.Begin(began, deadline, nil)
	for {
		took = plus(took, l.Attempt)
		d := call.Fail(began.Add(took), Failure{Class: l.Class}, rng)
		if d.Outcome != Again {
			return took, call.Failed()
		}
		took = plus(took, d.Delay)
	}
}

// longest returns what no call passes. It goes through the failures with the
// shortest and the longest time that each can come at: one that can come before
// time is up may be followed by a whole delay.
func longest(p Policy, terms []term, l *Limits) time.Duration {
	early, late := l.Attempt, l.Attempt
	most := late
	for _, t := range terms {
		if p.o.StopAfter != 0 && early >= p.o.StopAfter || l.Aware && early >= l.Deadline {
			break
		}
		if p.o.StopAfter != 0 {
			late = min(late, p.o.StopAfter)
		}
		early, late = plus(early, t.least), plus(late, plus(t.least, t.width))
		if p.o.StopAfter != 0 && p.o.StopRule == StopUpcoming {
			if early >= p.o.StopAfter {
				break
			}
			late = min(late, p.o.StopAfter)
		}
		if l.Aware {
			if early >= l.Deadline {
				break
			}
			late = min(late, l.Deadline)
		}
		early, late = plus(early, l.Attempt), plus(late, l.Attempt)
		most = max(most, late)
	}
	return most
}

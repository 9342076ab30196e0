package rehearse

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lullaby/rehearse/report"
)

// Traffic is a shape of traffic. The zero Traffic is none. Make one with
// UnmarshalText.
type Traffic struct {
	text  string
	rate  Rate    // constant, or the base of a spike; 0: from the table
	spike int64   // height of a spike, in millionths of rate; 0: the rate is constant
	steps []phase // one after the other; the last ends with the traffic
}

// none reports whether t is the zero Traffic.
func (t Traffic) none() bool { return t.text == "" }

// String returns the text that UnmarshalText has read.
func (t Traffic) String() string { return t.text }

// UnmarshalText reads one of
//
//	constant:R/s   R requests a second
//	spike:Nx:R/s   R requests a second, and for ten minutes in the middle N
//	               times R
//	spike:Nx       the same with R from the table: half of what its provisioned
//	               throughput takes, or 50 on demand
//	steps:R/s:TIME,R/s:TIME,...,R/s
//	               one rate after the other, each for its time, the last one
//	               until the end
//
// R and N are positive and have at most six decimals; of a step R may be 0.
func (t *Traffic) UnmarshalText(text []byte) error {
	read := Traffic{text: string(text)}
	kind, value, _ := strings.Cut(read.text, ":")
	var err error
	switch {
	case kind == "constant" && value != "":
		read.rate, err = parseRate(value)
	case kind == "spike" && value != "":
		times, rate, given := strings.Cut(value, ":")
		read.spike, err = parseTimes(times)
		if given && err == nil {
			read.rate, err = parseRate(rate)
		}
	case kind == "steps" && value != "":
		read.steps, err = parseSteps(value)
	default:
		err = errors.New("want " + shapes)
	}
	if err != nil {
		return fmt.Errorf("traffic %q: %w", read.text, err)
	}
	*t = read
	return nil
}

// shapes are the forms of traffic with examples, for messages.
const shapes = "constant:R/s, spike:Nx, spike:Nx:R/s or steps:R/s:TIME,...,R/s, " +
	"such as constant:50/s, spike:5x, spike:5x:50/s or steps:2/s:10m,20/s:5m,0/s"

// parseSteps reads R/s:TIME,...,R/s. The last step has no end.
func parseSteps(text string) ([]phase, error) {
	parts := strings.Split(text, ",")
	steps := make([]phase, len(parts))
	var end time.Duration
	for i, part := range parts {
		rate, lasts, timed := strings.Cut(part, ":")
		last := i == len(parts)-1
		switch {
		case !timed && !last:
			return nil, fmt.Errorf("step %q has no time: only the last one lasts until the end", part)
		case timed && last:
			return nil, fmt.Errorf("the last step, %q, has a time: it lasts until the end, so it is a rate alone", part)
		}
		if n, perSecond := strings.CutSuffix(rate, "/s"); !perSecond || strings.Trim(n, "0") != "" || n == "" {
			var err error
			if steps[i].rate, err = parseRate(rate); err != nil {
				return nil, err
			}
		}
		if last {
			break
		}
		d, err := time.ParseDuration(lasts)
		if err != nil || d <= 0 || d > maxTime {
			return nil, fmt.Errorf("step %q: %q is not a time such as 10m", part, lasts)
		}
		end += d
		steps[i].until = min(end, maxTime+1)
	}
	return steps, nil
}

// stepsFor returns the phases of steps in a traffic that lasts for d.
func (t Traffic) stepsFor(d time.Duration) ([]phase, error) {
	phases := slices.Clone(t.steps)
	last := len(phases) - 1
	if last > 0 && phases[last-1].until >= d {
		return nil, fmt.Errorf("traffic %s: its last step begins after %s, and the whole lasts %s", t, report.Span(phases[last-1].until), report.Span(d))
	}
	phases[last].until = d
	return phases, nil
}

func parseRate(text string) (Rate, error) {
	number, perSecond := strings.CutSuffix(text, "/s")
	if !perSecond {
		return 0, fmt.Errorf("%q is not a rate such as 50/s", text)
	}
	n, err := parseMillionths(number)
	if err == nil && Rate(n) > MaxRate {
		err = errTooFast
	}
	return Rate(n), err
}

func parseTimes(text string) (int64, error) {
	number, times := strings.CutSuffix(text, "x")
	if !times {
		return 0, fmt.Errorf("%q is not a multiple such as 5x", text)
	}
	return parseMillionths(number)
}

// spikeTime is the length of a spike.
const spikeTime = 10 * time.Minute

// A phase is a period of one rate.
type phase struct {
	rate  Rate
	until time.Duration // since the start
}

// phases returns the phases of the traffic for d. usual is the base of a spike
// that has none.
func (t Traffic) phases(d time.Duration, usual Rate) ([]phase, error) {
	if t.steps != nil {
		return t.stepsFor(d)
	}
	if t.spike == 0 {
		return []phase{{t.rate, d}}, nil
	}
	if d < spikeTime {
		return nil, fmt.Errorf("traffic %s: its spike lasts %s, and the whole only %s", t, report.Span(spikeTime), report.Span(d))
	}
	base := t.rate
	if base == 0 {
		base = usual
	}
	high, err := base.times(t.spike)
	if err != nil {
		return nil, fmt.Errorf("traffic %s, where 1x is %v a second: %w", t, base, err)
	}
	begin := (d - spikeTime) / 2
	return []phase{{base, begin}, {high, begin + spikeTime}, {base, d}}, nil
}

// describe returns the traffic in words.
func (t Traffic) describe(phases []phase) string {
	if t.none() {
		return "none"
	}
	if t.spike == 0 {
		return t.text
	}
	return fmt.Sprintf("%s (%v/s, but %v/s from %v to %v)",
		t, phases[0].rate, phases[1].rate, report.Span(phases[0].until), report.Span(phases[1].until))
}

// Limits of a rehearsal.
const (
	maxTime     = 366 * 24 * time.Hour
	maxRequests = 1_000_000_000
)

// checkAmount refuses traffic that would take too long to play.
func checkAmount(phases []phase) error {
	var total int64
	var since time.Duration
	for _, p := range phases {
		total += p.rate.during(p.until - since)
		since = p.until
	}
	if total > maxRequests {
		return fmt.Errorf("%d requests are too many, a rehearsal plays %d: choose less traffic or a shorter time", total, maxRequests)
	}
	return nil
}

// checkTime refuses a duration that is not positive or above maxTime.
func checkTime(d time.Duration) error {
	switch {
	case d <= 0:
		return errors.New("it is to last for a positive time")
	case d > maxTime:
		return fmt.Errorf("%s is longer than a year", report.Span(d))
	}
	return nil
}

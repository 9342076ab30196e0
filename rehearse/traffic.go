package rehearse

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"lullaby/rehearse/report"
)

// Traffic is a shape of traffic. The zero Traffic is none; make one with
// UnmarshalText.
type Traffic struct {
	text  string
	rate  Rate  // constant, or
	spike int64 // in millionths, of what the table takes
}

// String returns the traffic as it was written.
func (t Traffic) String() string { return t.text }

// UnmarshalText reads constant:R/s, R requests a second, or spike:Nx: half of
// what the table takes for good, and for ten minutes in the middle N times
// that. R and N are positive and have at most six decimals.
func (t *Traffic) UnmarshalText(text []byte) error {
	s := string(text)
	kind, value, _ := strings.Cut(s, ":")
	var err error
	switch kind {
	case "constant":
		number, perSecond := strings.CutSuffix(value, "/s")
		if !perSecond {
			return fmt.Errorf("traffic %q: want constant:R/s, such as constant:50/s", s)
		}
		var n int64
		n, err = parseMillionths(number)
		if err == nil && Rate(n) > MaxRate {
			err = errTooFast
		}
		*t = Traffic{text: s, rate: Rate(n)}
	case "spike":
		number, times := strings.CutSuffix(value, "x")
		if !times {
			return fmt.Errorf("traffic %q: want spike:Nx, such as spike:5x", s)
		}
		var n int64
		n, err = parseMillionths(number)
		*t = Traffic{text: s, spike: n}
	default:
		return fmt.Errorf("traffic %q: want constant:R/s or spike:Nx, such as constant:50/s or spike:5x", s)
	}
	if err != nil {
		*t = Traffic{}
		return fmt.Errorf("traffic %q: %w", s, err)
	}
	return nil
}

// spikeTime is how long a spike lasts.
const spikeTime = 10 * time.Minute

// A phase is a time of one rate.
type phase struct {
	rate  Rate
	until time.Duration // since the start
}

// phases returns what the traffic is like for d, at a table that takes so many
// requests for good.
func (t Traffic) phases(d time.Duration, takes Rate) ([]phase, error) {
	if t.spike == 0 {
		return []phase{{t.rate, d}}, nil
	}
	if d < spikeTime {
		return nil, fmt.Errorf("traffic %s: its spike lasts %s, and the whole only %s", t, report.Span(spikeTime), report.Span(d))
	}
	high, err := takes.times(t.spike)
	if err != nil {
		return nil, fmt.Errorf("traffic %s of a table that takes %v a second: %w", t, takes, err)
	}
	begin := (d - spikeTime) / 2
	return []phase{{takes / 2, begin}, {high, begin + spikeTime}, {takes / 2, d}}, nil
}

// describe says the traffic in words.
func (t Traffic) describe(phases []phase) string {
	if t.spike == 0 {
		return t.text
	}
	return fmt.Sprintf("%s: %v/s, but %v/s from %v to %v",
		t, phases[0].rate, phases[1].rate, report.Span(phases[0].until), report.Span(phases[1].until))
}

// What a rehearsal plays at most.
const (
	maxTime     = 366 * 24 * time.Hour
	maxRequests = 1_000_000_000
)

// checkAmount refuses what would take too long to play.
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

// checkTime refuses a time that is none, or absurd.
func checkTime(d time.Duration) error {
	switch {
	case d <= 0:
		return errors.New("it is to last for a positive time")
	case d > maxTime:
		return fmt.Errorf("%s is longer than a year", report.Span(d))
	}
	return nil
}

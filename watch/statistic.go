package watch

import "math"

// A Statistic combines the samples of a period into one value. The zero Statistic
// is SampleCount.
type Statistic struct {
	kind statisticKind

	// Of the samples between two bounds. A bound is a number of samples in percent
	// from the smallest on, or a value.
	low, high float64
	byValue   bool
}

type statisticKind uint8

const (
	sampleCount statisticKind = iota
	sum
	average
	minimum
	maximum

	percentile     // low: which
	trimmedMean    // between the bounds
	trimmedCount   // how many samples are between them
	trimmedSum     // of those
	winsorizedMean // those beyond a bound count as the bound
	percentileRank // which share of all is between them
)

// The statistics that need no distribution of values (CloudWatch User Guide,
// "Statistics definitions").
var (
	SampleCount = Statistic{kind: sampleCount}
	Sum         = Statistic{kind: sum}
	Average     = Statistic{kind: average}
	Minimum     = Statistic{kind: minimum}
	Maximum     = Statistic{kind: maximum}
)

// Valued reports whether s needs the values of the samples.
func (s Statistic) Valued() bool { return s.kind >= percentile }

// Of returns the statistic of the samples of p. ok is false if there are none, or if
// it needs their values and those are not known.
func (s Statistic) Of(p *Point) (value float64, ok bool) {
	if p.Samples == 0 {
		return 0, false
	}
	switch s.kind {
	case sampleCount:
		return p.Samples, true
	case sum:
		return p.Sum, true
	case average:
		return p.Sum / p.Samples, true
	case minimum:
		return p.Min, true
	case maximum:
		return p.Max, true
	default:
		if p.opaque {
			return 0, false
		}
		return s.ofValues(p)
	}
}

// ofValues returns a statistic of the distribution of p's values.
func (s Statistic) ofValues(p *Point) (value float64, ok bool) {
	if s.kind == percentile {
		return p.at(rank(s.low, p.Samples)), true
	}
	first, last := s.span(p)
	switch s.kind { //nolint:exhaustive // the others are below, or need no values
	case trimmedCount:
		return max(0, last-first), true
	case percentileRank:
		return max(0, last-first) / p.Samples * 100, true
	case winsorizedMean:
		return s.winsorized(p, first, last), true
	}
	if last <= first {
		return 0, false
	}
	sum := p.sum(first, last)
	if s.kind == trimmedSum {
		return sum, true
	}
	return sum / (last - first), true
}

// rank returns how many samples of n are the smallest percent of them: at least
// one. Assumed: AWS does not interpolate either.
func rank(percent, n float64) float64 { return max(1, math.Ceil(float64(percent*n)/100-1e-9)) }

// span returns how many samples are below the lower bound, and how many are not
// above the upper one. A lower bound that is a value is below the span.
func (s Statistic) span(p *Point) (first, last float64) {
	if s.byValue {
		return p.upTo(s.low), p.upTo(s.high)
	}
	return math.Floor(float64(s.low*p.Samples)/100 + 1e-9), rank(s.high, p.Samples)
}

func (s Statistic) winsorized(p *Point, first, last float64) float64 {
	low, high := s.low, s.high
	if !s.byValue {
		low, high = p.at(first+1), p.at(last)
	}
	sum := p.sum(first, last)
	if first > 0 {
		sum += float64(low * first)
	}
	if last < p.Samples {
		sum += float64(high * (p.Samples - last))
	}
	return sum / p.Samples
}

// each calls f with the values of p, ascending, and how many samples have each,
// until f returns false.
func (p *Point) each(f func(value, n float64) bool) {
	if p.values == nil {
		f(p.Min, p.Samples)
		return
	}
	for _, c := range p.values.cells {
		if !f(max(p.Min, min(p.Max, c.value())), float64(c.count)) {
			return
		}
	}
}

// at returns the value of the sample of that rank, counted from 1.
func (p *Point) at(rank float64) float64 {
	found := p.Max
	p.each(func(value, n float64) bool {
		rank -= n
		if rank <= 0 {
			found = value
		}
		return rank > 0
	})
	return found
}

// upTo returns how many samples are at most limit.
func (p *Point) upTo(limit float64) float64 {
	count := 0.0
	p.each(func(value, n float64) bool {
		if value <= limit {
			count += n
		}
		return value <= limit
	})
	return count
}

// sum returns the sum of the samples with ranks above first, up to last.
func (p *Point) sum(first, last float64) float64 {
	sum, seen := 0.0, 0.0
	p.each(func(value, n float64) bool {
		sum += float64(value * max(0, min(seen+n, last)-max(seen, first)))
		seen += n
		return seen < last
	})
	return sum
}

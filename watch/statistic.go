package watch

import "lullaby/instant"

// A Statistic combines the samples of a period into one value.
type Statistic uint8

// The statistics (CloudWatch User Guide, "Statistics definitions").
const (
	SampleCount Statistic = iota
	Sum
	Average
	Minimum
	Maximum
)

// Stat returns a statistic of the samples of a series in the whole minutes from
// from up to, but not including, to. Both are rounded down to a minute. ok is
// false if there is no sample; CloudWatch has no datapoint then.
func (s *Store) Stat(series Series, of Statistic, from, to instant.Instant) (value float64, ok bool) {
	if series == 0 {
		return 0, false
	}
	var all bucket
	first, end := minuteOf(from), minuteOf(to)
	for i := range s.series[series-1] {
		if b := &s.series[series-1][i]; b.samples > 0 && b.minute >= first && b.minute < end {
			all.merge(b)
		}
	}
	if all.samples == 0 {
		return 0, false
	}
	return all.stat(of), true
}

// merge adds the samples of another bucket.
func (b *bucket) merge(o *bucket) {
	if b.samples == 0 {
		b.low, b.high = o.low, o.high
	}
	b.samples += o.samples
	b.sum += o.sum
	b.low, b.high = min(b.low, o.low), max(b.high, o.high)
}

func (b *bucket) stat(of Statistic) float64 {
	switch of {
	case SampleCount:
		return float64(b.samples)
	case Sum:
		return b.sum
	case Average:
		return b.sum / float64(b.samples)
	case Minimum:
		return b.low
	default:
		return b.high
	}
}

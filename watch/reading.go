package watch

import (
	"time"

	"lullaby/instant"
)

// A Reading is what the samples of a series are together, in some minutes.
type Reading struct {
	Metric     Metric
	Dimensions []Dimension
	Sum        float64
	Max        float64
}

// Readings appends what is in memory of the series of a namespace, from first up to, but
// not including, end, in the whole minutes from from up to, but not including, to. Series
// without a sample there have no reading.
func (s *Store) Readings(dst []Reading, namespace string, first, end Series, from, to instant.Instant) []Reading {
	for number := first; number < min(end, s.Len()+1); number++ {
		if !s.Has(number) || s.Newest(number) < from.Truncate(time.Minute) {
			continue
		}
		m, dimensions := s.Describe(number)
		if m.Namespace != namespace {
			continue
		}
		var all Point
		if s.fold(&all, number, minuteOf(from), minuteOf(to), false); all.Samples > 0 {
			dst = append(dst, Reading{m, dimensions, all.Sum, all.Max})
		}
	}
	return dst
}

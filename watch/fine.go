package watch

import (
	"cmp"
	"slices"
	"time"

	"lullaby/instant"
)

// FineKept is how long a Store has the samples of a second
// (docs/aws/cloudwatch.md#high-resolution).
const FineKept = 3 * time.Hour

// MaxFine is how many seconds with samples a Store has at most, of all series together; what
// comes after is in its minute alone. AWS has no such limit: it bounds the memory of one
// machine, to some 100 MB.
const MaxFine = 1 << 20

// A second is the samples of a second of a series of high resolution.
type second struct {
	began instant.Instant
	Point
}

// AddFine adds n samples of the same value to a second of a series, beside what AddCount
// adds to the minute. n is positive.
func (s *Store) AddFine(at instant.Instant, number Series, value, n float64) {
	if p := s.second(at, number); p != nil {
		p.add(value, n, &s.spare)
	}
}

// AddFineSet adds a statistic set to a second of a series, beside what AddSet adds to the
// minute.
func (s *Store) AddFineSet(at instant.Instant, number Series, set *Point) {
	if p := s.second(at, number); p != nil {
		p.merge(&Point{Samples: set.Samples, Sum: set.Sum, Min: set.Min, Max: set.Max, opaque: set.Min != set.Max || set.Sum != set.Min*set.Samples}, true)
	}
}

// second returns the Point of the second of at, which changes. It returns nil if the Store
// does not keep it. It forgets seconds that are too old when they are many.
func (s *Store) second(at instant.Instant, number Series) *Point {
	if number == 0 {
		return nil
	}
	of, began := s.series[number-1], at.Truncate(time.Second)
	i, found := of.findSecond(began)
	if found {
		return &of.seconds[i].Point
	}
	if n := len(of.seconds); n > 0 {
		latest := max(began, of.seconds[n-1].began)
		if began <= latest.Add(-FineKept) {
			return nil
		}
		old, _ := of.findSecond(latest.Add(-FineKept) + 1)
		if old > n/4 { // so that it is seldom that the others move
			i -= s.forgetSeconds(of, old)
		}
	}
	if s.fine >= MaxFine {
		return nil
	}
	s.fine++
	of.seconds = slices.Insert(of.seconds, i, second{began: began})
	return &of.seconds[i].Point
}

func (of *series) findSecond(began instant.Instant) (i int, found bool) {
	if n := len(of.seconds); n == 0 || of.seconds[n-1].began < began {
		return n, false
	}
	return slices.BinarySearchFunc(of.seconds, began, func(s second, began instant.Instant) int { return cmp.Compare(s.began, began) })
}

// forgetSeconds forgets the first n seconds of a series, and returns n.
func (s *Store) forgetSeconds(of *series, n int) int {
	s.fine -= n
	of.seconds = slices.Delete(of.seconds, 0, n)
	return n
}

// CollectFine adds the seconds of a series to periods, those from an instant on that begin
// before another.
func (s *Store) CollectFine(number Series, into *Periods, from, until instant.Instant) {
	of := s.series[number-1]
	i, _ := of.findSecond(max(from, into.From()))
	for ; i < len(of.seconds) && of.seconds[i].began < until; i++ {
		into.add(of.seconds[i].began, &of.seconds[i].Point)
	}
}

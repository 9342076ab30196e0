package watch

import (
	"cmp"
	"slices"
	"time"

	"lullaby/instant"
)

// Kept is how long a Store has the samples of a minute in memory, at least. An
// [Archive] has them longer.
const Kept = 2 * time.Hour

const keptHours = int64(Kept / time.Hour)

// MaxSeries is how many series a Store has at most; samples of further ones are
// dropped. AWS has no such limit: it bounds the memory of one machine. A series takes
// some 300 bytes, 3 KB for each hour in memory with a sample, and 8 bytes for each
// different value of a minute that has several.
const MaxSeries = 100_000

// A Store keeps series in memory: for each UTC minute the number, sum, minimum and
// maximum of a series' samples, and how many samples have which value. It forgets
// an hour when it is older than [Kept], unless [Store.Archive] was called: then
// [Store.Seal] takes it away. The zero Store is empty and ready. Not safe for
// concurrent use: the caller locks.
type Store struct {
	index  index
	series []*series // by Series-1
	spare  spares

	fine     int   // seconds of all series
	archived bool  // hours wait for Seal, and a page need not be whole
	sealed   int64 // the archive may have this hour, and each before
}

var _ Sink = (*Store)(nil)

// A series is what a Store has of one.
type series struct {
	identity

	pages  []*page // by their hours
	latest *page   // the page of the last sample; nil: none

	seconds []second // of the last FineKept, by when they begin

	keep   time.Duration // how long pages stay beside Kept
	newest int64         // the latest minute with a sample; 0: none
	known  bool          // the archive has its definition
}

// Archive tells the Store that its hours are kept elsewhere: it may be those that
// begin before an instant. Call it before the first sample.
func (s *Store) Archive(before instant.Instant) {
	s.archived, s.sealed = true, hourOf(minuteOf(before))-1
}

// Add implements [Sink]. It takes the place of a zero that AddIdle has put.
func (s *Store) Add(at instant.Instant, series Series, value float64) {
	s.AddCount(at, series, value, 1)
}

// AddCount adds n samples of the same value. n is positive.
func (s *Store) AddCount(at instant.Instant, series Series, value, n float64) {
	if p := s.point(at, series); p != nil {
		p.add(value, n, &s.spare)
	}
}

// AddSet adds samples of which only the sum, the minimum and the maximum are known:
// a statistic set (docs/aws/cloudwatch.md#percentiles).
func (s *Store) AddSet(at instant.Instant, series Series, set *Point) {
	if set.Min == set.Max && set.Sum == set.Min*set.Samples {
		s.AddCount(at, series, set.Min, set.Samples)
		return
	}
	if p := s.point(at, series); p != nil {
		p.merge(&Point{Samples: set.Samples, Sum: set.Sum, Min: set.Min, Max: set.Max, opaque: true}, true)
	}
}

// AddIdle implements [Sink].
func (s *Store) AddIdle(at instant.Instant, series Series) {
	if p := s.point(at, series); p != nil && p.Samples == 0 {
		p.Samples, p.idle = 1, true
	}
}

// point returns the Point of the minute of at, which changes. It returns nil if the
// Store does not keep it.
func (s *Store) point(at instant.Instant, number Series) *Point {
	if number == 0 {
		return nil
	}
	of := s.series[number-1]
	p := of.latest
	if p == nil || at < p.began || at >= p.began.Add(time.Hour) {
		if p = s.page(of, hourOf(minuteOf(at))); p == nil {
			return nil
		}
		of.latest = p
	}
	i := at.Sub(p.began) / time.Minute
	of.newest = max(of.newest, p.hour*pageMinutes+int64(i))
	if p.sealed {
		p.sealed, p.changed = false, p.present() // the journal has none of it
	}
	p.changed |= 1 << i
	return &p.points[i]
}

// page returns the page of an hour. It makes one if there is none, and then forgets
// what is too old.
func (s *Store) page(of *series, hour int64) *page {
	i, found := of.find(hour)
	if found {
		return of.pages[i]
	}
	if !s.archived {
		if n := len(of.pages); n > 0 && hour < of.pages[n-1].hour-max(keptHours, of.keepHours()) {
			return nil
		}
	}
	p := s.spare.page()
	p.hour, p.began, p.whole = hour, instantOf(hour*pageMinutes), !s.archived || hour > s.sealed
	of.pages = slices.Insert(of.pages, i, p)
	if !s.archived {
		for oldest := of.pages[len(of.pages)-1].hour - max(keptHours, of.keepHours()); of.pages[0].hour < oldest; {
			s.drop(of, 0)
		}
	}
	return p
}

func (of *series) find(hour int64) (i int, found bool) {
	return slices.BinarySearchFunc(of.pages, hour, func(p *page, hour int64) int { return cmp.Compare(p.hour, hour) })
}

// keepHours returns how many hours Keep asks for.
func (of *series) keepHours() int64 { return int64((of.keep + time.Hour - 1) / time.Hour) }

// drop forgets a page.
func (s *Store) drop(of *series, i int) {
	p := of.pages[i]
	if of.latest == p {
		of.latest = nil
	}
	of.pages = slices.Delete(of.pages, i, i+1)
	s.spare.put(p)
}

// Keep makes the Store keep a series in memory for a duration, if that is longer
// than [Kept] and than any before.
func (s *Store) Keep(number Series, d time.Duration) {
	if number != 0 {
		of := s.series[number-1]
		of.keep = max(of.keep, d)
	}
}

// Stat returns a statistic of the samples of a series in the whole minutes from
// from up to, but not including, to, that are in memory. Both are rounded down to a
// minute. ok is false if there is no sample; CloudWatch has no datapoint then.
func (s *Store) Stat(number Series, of Statistic, from, to instant.Instant) (value float64, ok bool) {
	var all Point
	s.fold(&all, number, minuteOf(from), minuteOf(to), of.Valued())
	return of.Of(&all)
}

// fold merges the samples of the minutes from first up to, but not including, end
// into p.
func (s *Store) fold(p *Point, number Series, first, end int64, values bool) {
	if number == 0 || first >= end {
		return
	}
	of := s.series[number-1]
	i, _ := of.find(hourOf(first))
	for ; i < len(of.pages) && of.pages[i].hour*pageMinutes < end; i++ {
		page, base := of.pages[i], of.pages[i].hour*pageMinutes
		for k := max(0, first-base); k < min(pageMinutes, end-base); k++ {
			p.merge(&page.points[k], values)
		}
	}
}

package watch

import (
	"slices"
	"strings"
	"time"

	"lullaby/instant"
)

// Kept is how long a Store keeps the samples of a minute.
const Kept = 3 * time.Hour

const keptMinutes = int64(Kept / time.Minute)

// A Store keeps series in memory. For each UTC minute of the last [Kept] it has
// the number, sum, minimum and maximum of a series' samples. A series costs
// some 200 bytes, and 7 KB more after its first sample. The zero Store is empty
// and ready. Not safe for concurrent use: the caller locks.
type Store struct {
	interned map[identity]Series
	series   [][]bucket // by Series-1; nil: no sample yet
}

var _ Sink = (*Store)(nil)

// An identity distinguishes series: as in CloudWatch, a metric with other
// dimensions is another series.
type identity struct {
	metric     Metric
	dimensions string // sorted by name
}

// A bucket is a minute of a series. The minutes of a series are a ring, so the
// bucket of a minute may still have the samples of an older one.
type bucket struct {
	minute    int64 // since 1970
	samples   int64
	sum       float64
	low, high float64
	idle      bool // the only sample is the zero of AddIdle
}

// Series implements [Sink].
func (s *Store) Series(m Metric, dimensions ...Dimension) Series {
	id := identity{m, identify(dimensions)}
	if known, ok := s.interned[id]; ok {
		return known
	}
	if s.interned == nil {
		s.interned = map[identity]Series{}
	}
	s.series = append(s.series, nil)
	added := Series(len(s.series)) //nolint:gosec // memory ends before four billion series
	s.interned[id] = added
	return added
}

// identify encodes dimensions as text, a different text for different
// dimensions.
func identify(dimensions []Dimension) string {
	if !slices.IsSortedFunc(dimensions, byName) {
		dimensions = slices.SortedFunc(slices.Values(dimensions), byName)
	}
	var b strings.Builder
	for _, d := range dimensions {
		b.WriteString(d.Name)
		b.WriteByte(0) // no name or value has a zero byte
		b.WriteString(d.Value)
		b.WriteByte(0)
	}
	return b.String()
}

func byName(a, b Dimension) int { return strings.Compare(a.Name, b.Name) }

// Add implements [Sink]. It takes the place of a zero that AddIdle has put, and
// drops a sample whose place in the ring a later minute has.
func (s *Store) Add(at instant.Instant, series Series, value float64) {
	b := s.bucket(at, series)
	if b == nil {
		return
	}
	if b.samples == 0 || b.idle {
		*b = bucket{minute: b.minute, low: value, high: value}
	}
	b.samples++
	b.sum += value
	b.low, b.high = min(b.low, value), max(b.high, value)
}

// AddIdle implements [Sink].
func (s *Store) AddIdle(at instant.Instant, series Series) {
	if b := s.bucket(at, series); b != nil && b.samples == 0 {
		b.samples, b.idle = 1, true
	}
}

// bucket returns the bucket of the minute of at. It empties the bucket if it
// holds an older minute, and returns nil if it holds a newer one.
func (s *Store) bucket(at instant.Instant, series Series) *bucket {
	if series == 0 {
		return nil
	}
	ring := s.series[series-1]
	if ring == nil {
		ring = make([]bucket, keptMinutes)
		s.series[series-1] = ring
	}
	minute := minuteOf(at)
	b := &ring[place(minute)]
	switch {
	case b.samples == 0 || b.minute < minute:
		*b = bucket{minute: minute}
	case b.minute > minute:
		return nil
	}
	return b
}

// minuteOf returns the number of the minute of at, counted from 1970.
func minuteOf(at instant.Instant) int64 { return int64(at.Truncate(time.Minute)) / int64(time.Minute) }

// place returns the index of a minute in a ring.
func place(minute int64) int64 { return (minute%keptMinutes + keptMinutes) % keptMinutes }

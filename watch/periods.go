package watch

import (
	"time"

	"lullaby/instant"
)

// Periods collect points of one series, or of several, into periods of equal length,
// which are counted from the first (docs/aws/cloudwatch.md#periods).
type Periods struct {
	from   instant.Instant
	period time.Duration
	points []Point
	values bool
}

// NewPeriods returns the periods from from up to, but not including, to. The last one
// is whole. values: some statistic will need the values of the samples.
func NewPeriods(from, to instant.Instant, period time.Duration, values bool) *Periods {
	n := max(0, (to.Sub(from)+period-1)/period)
	return &Periods{from, period, make([]Point, n), values}
}

// Len returns the number of periods.
func (s *Periods) Len() int { return len(s.points) }

// At returns when a period begins, and its samples.
func (s *Periods) At(i int) (began instant.Instant, p *Point) {
	return s.from.Add(time.Duration(i) * s.period), &s.points[i]
}

// From returns when the first period begins.
func (s *Periods) From() instant.Instant { return s.from }

// End returns the end of the last period.
func (s *Periods) End() instant.Instant { return s.from.Add(time.Duration(len(s.points)) * s.period) }

func (s *Periods) add(at instant.Instant, p *Point) {
	if i := at.Sub(s.from); i >= 0 && at < s.End() {
		s.points[i/s.period].merge(p, s.values)
	}
}

// AddBlock adds the points of a Block of a level that begin before an instant. The
// error is ErrCorrupt.
func (s *Periods) AddBlock(l *Level, began, until instant.Instant, b Block) error {
	return b.each(l.points(), s.values, func(i int, p *Point) {
		if at := began.Add(time.Duration(i) * l.Step); at < until {
			s.add(at, p)
		}
	})
}

// Collect adds what the Store has in memory of a series in the minutes of s that
// begin before an instant. has is called with the beginning of each hour of which it
// has all, so that the archive is not asked.
func (s *Store) Collect(number Series, into *Periods, until instant.Instant, has func(began instant.Instant)) {
	of := s.series[number-1]
	end := min(until, into.End())
	first, _ := of.find(hourOf(minuteOf(into.from)))
	for _, p := range of.pages[first:] {
		began := p.began
		if began >= end {
			return
		}
		if p.whole && has != nil {
			has(began)
		}
		for i := range p.points {
			if at := instantOf(p.hour*pageMinutes + int64(i)); p.points[i].Samples > 0 && at < end {
				into.add(at, &p.points[i])
			}
		}
	}
}

package watch

import (
	"math/bits"
	"time"

	"lullaby/instant"
)

// pageMinutes is the length of a page.
const pageMinutes = 60

// A page is an hour of a series.
type page struct {
	hour    int64           // since 1970
	began   instant.Instant // the hour
	points  [pageMinutes]Point
	changed uint64 // the minutes that were not written to the journal since they changed, a bit each

	// whole is set if the page has all samples of its hour. Else it has those that
	// came since the hour was sealed.
	whole  bool
	sealed bool // the archive has all of it
}

// spares are pages and histograms that can be used again, so that a Store that has
// run for some hours allocates nothing.
type spares struct {
	pages      []*page
	histograms []*histogram
}

func (s *spares) page() *page {
	last := len(s.pages) - 1
	if last < 0 {
		return &page{}
	}
	p := s.pages[last]
	s.pages = s.pages[:last]
	return p
}

func (s *spares) histogram() *histogram {
	last := len(s.histograms) - 1
	if last < 0 {
		return &histogram{cells: make([]cell, 0, 8)}
	}
	h := s.histograms[last]
	s.histograms = s.histograms[:last]
	return h
}

// maxSpares bounds the pages, and the histograms, that wait to be used again.
const maxSpares = 4096

// put takes back a page that nothing has any more.
func (s *spares) put(p *page) {
	for i := range p.points {
		if h := p.points[i].values; h != nil && len(s.histograms) < maxSpares {
			h.cells = h.cells[:0]
			s.histograms = append(s.histograms, h)
		}
	}
	if *p = (page{}); len(s.pages) < maxSpares {
		s.pages = append(s.pages, p)
	}
}

// present returns the minutes of p that have samples, a bit each.
func (p *page) present() uint64 {
	var set uint64
	for i := range p.points {
		if p.points[i].Samples > 0 {
			set |= 1 << i
		}
	}
	return set
}

// minutes calls f with the number of each set bit, ascending.
func minutes(set uint64, f func(i int)) {
	for ; set != 0; set &= set - 1 {
		f(bits.TrailingZeros64(set))
	}
}

// minuteOf returns the number of the minute of at, counted from 1970.
func minuteOf(at instant.Instant) int64 { return floor(int64(at), int64(time.Minute)) }

// hourOf returns the number of the hour of a minute, counted from 1970.
func hourOf(minute int64) int64 { return floor(minute, pageMinutes) }

// instantOf returns when a minute begins.
func instantOf(minute int64) instant.Instant { return instant.Instant(minute * int64(time.Minute)) }

// floor returns a/b, rounded down.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

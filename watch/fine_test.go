package watch_test

import (
	"strconv"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// Seconds are forgotten after three hours, whether or not more come, and are bounded in
// number.
func TestSecondsAreForgotten(t *testing.T) {
	var s watch.Store
	s.Archive(midnight)
	count := func(number watch.Series, from instant.Instant) int {
		all := watch.NewPeriods(from, from.Add(24*time.Hour), time.Second, false)
		s.CollectFine(number, all, from, from.Add(24*time.Hour))
		n := 0
		for i := range all.Len() {
			if _, p := all.At(i); p.Samples > 0 {
				n++
			}
		}
		return n
	}
	series := s.Series(units, table("a"))
	const seconds = 4 * 60 * 60
	for i := range seconds {
		s.AddFine(midnight.Add(time.Duration(i)*time.Second), series, 1, 1)
	}
	if got := count(series, midnight); got < 3*60*60 || got > 3*60*60*4/3+1 {
		t.Errorf("of four hours %d seconds are there, want three hours and a third more at most", got)
	}
	s.AddFine(midnight, series, 1, 1)
	if got := count(series, midnight.Add(-time.Hour)); got == seconds {
		t.Error("a second that is four hours old is kept")
	}
	s.Seal(midnight.Add(10*time.Hour), 1, s.Len()+1)
	if got := count(series, midnight); got != 0 {
		t.Errorf("%d seconds are there at ten o'clock, want none", got)
	}
	const each = 10_000
	for i := range watch.MaxFine + 10 {
		if i%each == 0 {
			series = s.Series(units, table(strconv.Itoa(i)))
		}
		s.AddFine(midnight.Add(time.Duration(i%each)*time.Second), series, 1, 1)
	}
	if got := count(series, midnight); got != watch.MaxFine%each {
		t.Errorf("the last series has %d seconds, want %d", got, watch.MaxFine%each)
	}
}

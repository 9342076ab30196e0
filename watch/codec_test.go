package watch_test

import (
	"math"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// What a Store seals, another Store loads: every statistic is the same, but for a sum's
// last bits.
func FuzzBlock(f *testing.F) {
	f.Add(1.0, 2.5, 3.0, int64(3), uint8(0))
	f.Add(0.0, 0.0, 0.0, int64(1), uint8(1))
	f.Add(-1.0, 1e300, 12.345678, int64(200), uint8(2))
	of := make([]watch.Statistic, 0, 8)
	of = append(of, watch.SampleCount, watch.Average, watch.Minimum, watch.Maximum)
	for _, text := range []string{"p50", "p99", "TM(10%:90%)", "PR(:2)"} {
		s, err := watch.ParseStatistic(text)
		if err != nil {
			f.Fatal(err)
		}
		of = append(of, s)
	}
	f.Fuzz(func(t *testing.T, a, b, c float64, n int64, kind uint8) {
		for _, v := range []float64{a, b, c} {
			if math.IsNaN(v) || math.Abs(v) > 1e100 {
				return
			}
		}
		var s, other watch.Store
		s.Archive(0)
		series := s.Series(units)
		other.Archive(midnight.Add(24 * time.Hour))
		other.Series(units)
		minute := at(float64(kind % 60))
		s.AddIdle(at(0), series)
		for i, v := range []float64{a, b, c} {
			s.AddCount(minute, series, v, float64(1+(max(n, -n)+int64(i))%1000))
		}
		if kind%3 == 0 {
			s.AddSet(minute, series, &watch.Point{Samples: 2, Sum: a + b, Min: min(a, b), Max: max(a, b)})
		}
		want := make([]float64, len(of))
		had := make([]bool, len(of))
		for i := range of {
			want[i], had[i] = s.Stat(series, of[i], at(0), at(60))
		}
		for _, sealed := range s.Seal(at(120), 1, 2) {
			if err := other.Load(series, sealed.Began, sealed.Block); err != nil {
				t.Fatal(err)
			}
		}
		for i := range of {
			got, ok := other.Stat(series, of[i], at(0), at(60))
			if ok != had[i] || math.Abs(got-want[i]) > math.Max(math.Abs(a), math.Max(math.Abs(b), math.Abs(c)))*1e-9 {
				t.Errorf("statistic %v is %v, %v; want %v, %v", of[i], got, ok, want[i], had[i])
			}
		}
	})
}

// Whatever is on the disk, reading it ends with an error or without one.
func FuzzReplay(f *testing.F) {
	var s watch.Store
	series := s.Series(units)
	s.Add(midnight, series, 1)
	s.Add(midnight, series, 2.25)
	s.Add(midnight, series, 1e-9)
	f.Add(s.Journal(nil, 1, 2))
	f.Add([]byte{1, 0, 1, 255, 255, 255, 255, 255, 255, 255, 15})
	f.Fuzz(func(_ *testing.T, record []byte) {
		var s watch.Store
		s.Archive(0)
		number := s.Series(units)
		_ = s.Replay(record)
		_ = s.Load(number, instant.Instant(0), record)
		for range s.Seal(midnight, 1, 2) {
			continue
		}
	})
}

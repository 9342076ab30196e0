package watch_test

import (
	"math"
	"testing"

	"lullaby/watch"
)

// The statistics of 1 to 100, of which those up to 64 have cells of their own.
func TestStatisticsOfValues(t *testing.T) {
	var s watch.Store
	series := s.Series(units)
	for i := range 100 {
		s.Add(at(float64(i%5)), series, float64(100-i))
	}
	tests := []struct {
		of   string
		want float64
		off  float64 // at most, as a share
	}{
		{"SampleCount", 100, 0},
		{"Sum", 5050, 0},
		{"Average", 50.5, 0},
		{"Minimum", 1, 0},
		{"Maximum", 100, 0},
		{"p0", 1, 0},
		{"p1", 1, 0},
		{"p10", 10, 0},
		{"p50", 50, 0},
		{"p50.1", 51, 0},
		{"p99", 99, 0.016},
		{"p99.99", 100, 0},
		{"tm50", 25.5, 0},
		{"tc50", 50, 0},
		{"ts50", 1275, 0},
		{"wm50", (1275 + 50*50) / 100.0, 0},
		{"TM(10%:50%)", 30.5, 0},
		{"TC(10%:50%)", 40, 0},
		{"TS(:10%)", 55, 0},
		{"IQM", 50.5, 0.016},
		{"TM(10:20)", 15.5, 0},
		{"TC(10:20)", 10, 0},
		{"TS(:10)", 55, 0},
		{"WM(10:20)", (10*10 + 155 + 20*80) / 100.0, 0},
		{"PR(:20)", 20, 0},
		{"PR(10:)", 90, 0},
		{"PR(10:20)", 10, 0},
	}
	for _, tt := range tests {
		of, err := watch.ParseStatistic(tt.of)
		if err != nil {
			t.Error(err)
			continue
		}
		got, ok := s.Stat(series, of, at(0), at(5))
		if !ok || math.Abs(got-tt.want) > tt.want*tt.off {
			t.Errorf("%s is %v, %v; want %v", tt.of, got, ok, tt.want)
		}
	}
	for _, text := range []string{
		"", "sum", "p", "p101", "p-1", "px", "TM", "TM(:)", "TM(1:2", "TM(2:1)", "TM(10%:20)", "PR(10%:20%)", "PR(10)", "tm", "p1.1.1",
		"IQM(1:2)", "TM(NaN:)", "TM(:Inf)", "TM(:101%)",
	} {
		if of, err := watch.ParseStatistic(text); err == nil {
			t.Errorf("%q is %v, and no statistic", text, of)
		}
	}
}

// Negative values and statistic sets have no percentiles; a set that can only be one
// value has.
func TestUnknownValues(t *testing.T) {
	p50, err := watch.ParseStatistic("p50")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		add  func(s *watch.Store, series watch.Series)
		want bool
	}{
		{"values", func(s *watch.Store, series watch.Series) { s.AddCount(at(0), series, 3, 5) }, true},
		{"a negative one", func(s *watch.Store, series watch.Series) { s.Add(at(0), series, 1); s.Add(at(0), series, -1) }, false},
		{"half a sample", func(s *watch.Store, series watch.Series) { s.AddCount(at(0), series, 3, 0.5) }, false},
		{"a set", func(s *watch.Store, series watch.Series) {
			s.AddSet(at(0), series, &watch.Point{Samples: 2, Sum: 3, Min: 1, Max: 2})
		}, false},
		{"a set, and values", func(s *watch.Store, series watch.Series) {
			s.Add(at(0), series, 1)
			s.AddSet(at(0), series, &watch.Point{Samples: 2, Sum: 3, Min: 1, Max: 2})
			s.Add(at(0), series, 3)
		}, false},
		{"a set of one value", func(s *watch.Store, series watch.Series) {
			s.AddSet(at(0), series, &watch.Point{Samples: 2, Sum: 6, Min: 3, Max: 3})
		}, true},
	}
	for _, tt := range tests {
		var s watch.Store
		series := s.Series(units)
		tt.add(&s, series)
		s.Add(at(1), series, 3)
		got, ok := s.Stat(series, p50, at(0), at(2))
		if ok != tt.want || ok && got != 3 {
			t.Errorf("%s: p50 is %v, %v; want 3, %v", tt.name, got, ok, tt.want)
		}
		if _, ok := s.Stat(series, watch.Average, at(0), at(2)); !ok {
			t.Errorf("%s: no average", tt.name)
		}
	}
}

package watch_test

import (
	"strconv"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

var (
	midnight = instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	units    = watch.Metric{Namespace: "AWS/DynamoDB", Name: "ConsumedReadCapacityUnits", Unit: watch.Count}
)

func at(minutes float64) instant.Instant {
	return midnight.Add(time.Duration(minutes * float64(time.Minute)))
}

func table(name string) watch.Dimension { return watch.Dimension{Name: "TableName", Value: name} }

func TestSeriesAreInterned(t *testing.T) {
	var s watch.Store
	index := watch.Dimension{Name: "GlobalSecondaryIndexName", Value: "by-day"}
	one := s.Series(units, table("orders"), index)
	if one == 0 {
		t.Fatal("a series is 0, which is none")
	}
	if again := s.Series(units, index, table("orders")); again != one {
		t.Errorf("the same dimensions in another order are series %d, want %d", again, one)
	}
	others := map[string]watch.Series{
		"no dimension":      s.Series(units),
		"one of two":        s.Series(units, table("orders")),
		"another value":     s.Series(units, table("order"), index),
		"shifted by a byte": s.Series(units, watch.Dimension{Name: "TableNameo", Value: "rders"}, index),
		"another unit":      s.Series(watch.Metric{Namespace: units.Namespace, Name: units.Name, Unit: watch.Milliseconds}, table("orders"), index),
		"another namespace": s.Series(watch.Metric{Namespace: "AWS/SQS", Name: units.Name, Unit: units.Unit}, table("orders"), index),
	}
	seen := map[watch.Series]string{one: "the first"}
	for name, series := range others {
		if first, ok := seen[series]; ok {
			t.Errorf("%s is the series of %s", name, first)
		}
		seen[series] = name
	}
}

func TestStatistics(t *testing.T) {
	var s watch.Store
	series := s.Series(units, table("orders"))
	for _, p := range []struct {
		at    float64
		value float64
	}{{0, 3}, {0.5, 1.5}, {0.999, 4}, {1, 100}, {2.5, -1}} {
		s.Add(at(p.at), series, p.value)
	}
	tests := []struct {
		name     string
		of       watch.Statistic
		from, to float64
		want     float64
		ok       bool
	}{
		{"samples of a minute", watch.SampleCount, 0, 1, 3, true},
		{"sum", watch.Sum, 0, 1, 8.5, true},
		{"average", watch.Average, 0, 2, 27.125, true},
		{"minimum", watch.Minimum, 0, 2, 1.5, true},
		{"minimum below zero", watch.Minimum, 0, 3, -1, true},
		{"maximum", watch.Maximum, 0, 1, 4, true},
		{"maximum of the negative", watch.Maximum, 2, 3, -1, true},
		{"the end is exclusive", watch.Sum, 1, 2, 100, true},
		{"instants are cut to their minute", watch.Sum, 0.9, 1.9, 8.5, true},
		{"nothing", watch.Sum, 3, 10, 0, false},
		{"an average of nothing", watch.Average, -5, 0, 0, false},
	}
	for _, tt := range tests {
		if got, ok := s.Stat(series, tt.of, at(tt.from), at(tt.to)); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %v, %v; want %v, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestIdleMinutes(t *testing.T) {
	var s watch.Store
	series := s.Series(units)
	s.Add(at(0.5), series, 7)
	for minute := range 3 {
		s.AddIdle(at(float64(minute)), series)
		s.AddIdle(at(float64(minute)), series)
	}
	for minute, want := range []float64{7, 0, 0} {
		from := at(float64(minute))
		sum, _ := s.Stat(series, watch.Sum, from, from.Add(time.Minute))
		samples, _ := s.Stat(series, watch.SampleCount, from, from.Add(time.Minute))
		if sum != want || samples != 1 {
			t.Errorf("minute %d: %v in %v samples, want %v in 1", minute, sum, samples, want)
		}
	}
}

// A request that began in a minute may be measured after the minute was found
// idle. Its sample counts alone.
func TestASampleTakesTheIdleZero(t *testing.T) {
	var s watch.Store
	series := s.Series(units)
	s.AddIdle(at(0), series)
	s.Add(at(0.999), series, 5)
	s.AddIdle(at(0), series)
	for statistic, want := range map[watch.Statistic]float64{watch.SampleCount: 1, watch.Minimum: 5, watch.Average: 5} {
		if got, _ := s.Stat(series, statistic, at(0), at(1)); got != want {
			t.Errorf("statistic %v is %v, want %v", statistic, got, want)
		}
	}
}

// A minute is kept for Kept, and goes with its hour. Samples that arrive for an hour
// that is gone are dropped.
func TestOldMinutesGo(t *testing.T) {
	var s watch.Store
	series := s.Series(units, table("orders"))
	kept := watch.Kept.Minutes()
	s.Add(at(0), series, 1)
	s.Add(at(kept+59), series, 2)
	if sum, _ := s.Stat(series, watch.Sum, at(0), at(kept+60)); sum != 3 {
		t.Errorf("%v before the first hour is too old, want 3", sum)
	}
	s.Add(at(kept+60), series, 4)
	s.Add(at(0.5), series, 8)
	s.AddIdle(at(0), series)
	if sum, ok := s.Stat(series, watch.Sum, at(0), at(60)); ok {
		t.Errorf("the first hour has %v when it is too old", sum)
	}
	if sum, _ := s.Stat(series, watch.Sum, at(1), at(kept+61)); sum != 6 {
		t.Errorf("%v afterwards, want 6", sum)
	}
	s.Add(at(10*kept), series, 16)
	if samples, _ := s.Stat(series, watch.SampleCount, at(9*kept), at(10*kept+1)); samples != 1 {
		t.Errorf("%v samples after a long silence, want 1", samples)
	}
	s.Keep(series, 24*time.Hour)
	s.Add(at(10*kept+60*24), series, 32)
	if sum, _ := s.Stat(series, watch.Sum, at(0), at(20*kept+60*24)); sum != 48 {
		t.Errorf("%v are kept for a day, want 48", sum)
	}
}

func TestNoSeries(t *testing.T) {
	var s watch.Store
	s.Add(at(0), 0, 1)
	s.AddIdle(at(0), 0)
	if v, ok := s.Stat(0, watch.Sum, at(0), at(1)); ok {
		t.Errorf("the zero Series has %v", v)
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	var s watch.Store
	series := s.Series(units, table("orders"))
	s.Add(at(0), series, 1)
	i := 0
	if n := testing.AllocsPerRun(1_000, func() { i++; s.Add(at(float64(i)), series, 1) }); n != 0 {
		t.Errorf("Add allocates %v times, want 0", n)
	}
}

// A Store that has run for some hours reuses what it has.
func TestValuesAllocateNothing(t *testing.T) {
	s, series, minute := &watch.Store{}, watch.Series(0), 0
	series = s.Series(units, table("orders"))
	run := func() {
		for range 600 {
			minute++
			for i := range 20 {
				s.Add(at(float64(minute)), series, float64(1+i*7%13))
			}
		}
	}
	run()
	if n := testing.AllocsPerRun(10, run); n != 0 {
		t.Errorf("600 minutes of 20 values allocate %v times, want 0", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	for name, value := range map[string]func(i int) float64{
		"same":    func(int) float64 { return 1 },
		"latency": func(i int) float64 { return 2 + float64(i*7919%100_003)/10_000 },
	} {
		b.Run(name, func(b *testing.B) {
			var s watch.Store
			series := s.Series(units, table("orders"))
			b.ReportAllocs()
			now, i := midnight, 0
			for b.Loop() {
				i++
				now = now.Add(time.Millisecond)
				s.Add(now, series, value(i))
			}
		})
	}
}

// There are 100,000 series at most. Samples of further ones are dropped; those that are
// there go on.
func TestNumberOfMetrics(t *testing.T) {
	var s watch.Store
	for i := range watch.MaxSeries {
		if s.Series(units, table(strconv.Itoa(i))) == 0 {
			t.Fatalf("series %d is none", i)
		}
	}
	if more := s.Series(units, table("more")); more != 0 {
		t.Errorf("one more than 100,000 is series %d, want none", more)
	}
	if s.Series(units, table("7")) == 0 {
		t.Error("one of them is none")
	}
}

package store_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/store"
)

// Goroutines that intern and add at the same time lose nothing.
func TestConcurrentUse(t *testing.T) {
	var s store.Store
	metric := watch.Metric{Namespace: "AWS/Lambda", Name: "Invocations", Unit: watch.Count}
	begin := instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	const workers, names, each = 8, 5, 1_000
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for i := range each {
				series := s.Series(metric, watch.Dimension{Name: "FunctionName", Value: strconv.Itoa(i % names)})
				s.Add(begin.Add(time.Duration(i)*time.Millisecond), series, 1)
				s.AddIdle(begin, series)
			}
		})
	}
	working.Wait()
	for i := range names {
		series := s.Series(metric, watch.Dimension{Name: "FunctionName", Value: strconv.Itoa(i)})
		if got, _ := s.Stat(series, watch.Sum, begin, begin.Add(time.Minute)); got != workers*each/names {
			t.Errorf("function %d has %v, want %d", i, got, workers*each/names)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	var s store.Store
	series := s.Series(watch.Metric{Name: "Invocations"})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now := instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		for pb.Next() {
			now = now.Add(time.Microsecond)
			s.Add(now, series, 1)
		}
	})
}

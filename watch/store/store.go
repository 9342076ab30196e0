// Package store keeps the metrics of a running stack. It locks a [watch.Store]
// for the many goroutines that measure; what it holds ends with the process.
//
// The package is internal to the program; its interface may change with any
// commit.
package store

import (
	"sync"

	"lullaby/instant"
	"lullaby/watch"
)

// A Store is a [watch.Store] that is safe for concurrent use. The zero Store is
// empty and ready.
type Store struct {
	mu struct {
		sync.Mutex
		watch.Store
	}
}

var _ watch.Sink = (*Store)(nil)

// Series implements [watch.Sink].
func (s *Store) Series(m watch.Metric, dimensions ...watch.Dimension) watch.Series {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.Series(m, dimensions...)
}

// Add implements [watch.Sink].
func (s *Store) Add(at instant.Instant, series watch.Series, value float64) {
	s.mu.Lock()
	s.mu.Add(at, series, value)
	s.mu.Unlock()
}

// AddIdle implements [watch.Sink].
func (s *Store) AddIdle(at instant.Instant, series watch.Series) {
	s.mu.Lock()
	s.mu.AddIdle(at, series)
	s.mu.Unlock()
}

// Stat returns a statistic, as [watch.Store.Stat] does.
func (s *Store) Stat(series watch.Series, of watch.Statistic, from, to instant.Instant) (value float64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.Stat(series, of, from, to)
}

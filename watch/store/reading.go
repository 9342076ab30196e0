package store

import (
	"lullaby/instant"
	"lullaby/watch"
)

// Readings returns what the services measured in a namespace in the whole minutes from
// from up to, but not including, to, of what is in memory: two hours.
func (s *Store) Readings(namespace string, from, to instant.Instant) []watch.Reading {
	var all []watch.Reading
	_ = s.shares(func(first, end watch.Series) error { // f has no error
		s.mu.Lock()
		defer s.mu.Unlock()
		all = s.mu.Readings(all, namespace, first, end, from, to)
		return nil
	})
	return all
}

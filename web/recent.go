package web

import (
	"slices"
	"sync"
)

// A recent has the last of what happened. Safe for concurrent use.
type recent[T any] struct {
	mu    sync.Mutex
	total int64 // since the start
	last  []T
}

// add adds one, of which the last kept are held.
func (s *recent[T]) add(v T, kept int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.last) < kept {
		s.last = append(s.last, v)
	} else {
		s.last[s.total%int64(kept)] = v
	}
	s.total++
}

// newest returns the last, at most n, the newest first, and how many there were since
// the start.
func (s *recent[T]) newest(n int) (vs []T, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := int64(len(s.last))
	vs = make([]T, 0, min(int64(n), held))
	for i := s.total - 1; i >= 0 && len(vs) < cap(vs); i-- {
		vs = append(vs, s.last[i%held])
	}
	return slices.Clip(vs), s.total
}

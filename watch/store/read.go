package store

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// read adds what is known of a series at now to periods of a length: of each time the
// finest level that is kept, unless it is coarser than a period
// (docs/aws/cloudwatch.md#retention). Only seconds are finer than a minute.
func (s *Store) read(now instant.Instant, number watch.Series, into *watch.Periods, period time.Duration) error {
	s.archiving.RLock()
	defer s.archiving.RUnlock()
	until := now.Add(-s.opts.Assumed.Lag) + 1
	if period < time.Minute {
		s.mu.Lock()
		s.mu.CollectFine(number, into, now.Add(-watch.FineKept), until)
		s.mu.Unlock()
		return nil
	}
	inMemory := map[instant.Instant]bool{}
	s.mu.Lock()
	s.mu.Collect(number, into, until, func(began instant.Instant) { inMemory[began] = true })
	s.mu.Unlock()
	from, to := into.From(), min(into.End(), until)
	for level := range watch.Levels {
		l := &watch.Levels[level]
		begin, stop := from, to
		if level > 0 {
			stop = min(stop, watch.Levels[level-1].Ends(now))
		}
		begin = max(begin.Truncate(l.Span), l.Ends(now))
		if begin >= stop || l.Step > period {
			continue
		}
		err := s.db.Scan(blockKey(level, number, begin), blockKey(level, number, stop), func(key, value []byte) (bool, error) {
			at := instantIn(key)
			if level == 0 && inMemory[at] {
				return true, nil
			}
			return true, into.AddBlock(l, at, until, value)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

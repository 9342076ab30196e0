package store

import (
	"errors"
	"time"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
)

// seal moves the hours that ended an hour ago into blocks, and begins a new journal with
// what remains.
func (s *Store) seal(now instant.Instant) error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	s.archiving.Lock()
	defer s.archiving.Unlock()
	before := now.Truncate(time.Hour).Add(-time.Hour)
	b := s.db.NewBatch()
	b.DeleteRange(journalKey(0), journalKey(s.written+1))
	b.Set([]byte{storage.Metrics, sealedKind}, instantKey(nil, before))
	var sealed []watch.Sealed
	err := s.shares(func(first, end watch.Series) error {
		s.mu.Lock()
		part := s.mu.Seal(before, first, end)
		s.mu.Unlock()
		sealed = append(sealed, part...)
		return s.archive(b, part)
	})
	var defined []watch.Series
	if err == nil {
		defined, err = s.record(b)
	}
	if err == nil {
		err = b.Commit()
	} else {
		err = errors.Join(err, b.Close())
	}
	if err != nil {
		s.undefine(defined)
		err = errors.Join(err, s.unseal(sealed))
	}
	return err
}

// archive adds hours to a batch, with what the disk has of them if they are not whole.
func (s *Store) archive(b *storage.Batch, hours []watch.Sealed) error {
	for i := range hours {
		h := &hours[i]
		key, block := blockKey(0, h.Series, h.Began), h.Block
		if !h.Whole {
			old, err := s.block(key)
			if err == nil {
				block, err = old.Merge(block)
			}
			if err != nil {
				return err
			}
		}
		b.Set(key, block)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, h := range hours {
		if i > 0 && hours[i-1].Series == h.Series {
			continue
		}
		if err := s.define(b, h.Series); err != nil {
			return err
		}
	}
	return nil
}

// block returns the block of a key, empty if there is none.
func (s *Store) block(key []byte) (b watch.Block, err error) {
	_, err = s.db.Get(key, func(value []byte) error {
		b = append(b, value...)
		return nil
	})
	return b, err
}

// unseal takes back what could not be archived.
func (s *Store) unseal(hours []watch.Sealed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := make([]error, 0, len(hours))
	for _, h := range hours {
		errs = append(errs, s.mu.Unseal(h))
	}
	return errors.Join(errs...)
}

// provide puts into memory what alarms look at.
func (s *Store) provide(now instant.Instant) error {
	s.archiving.RLock()
	defer s.archiving.RUnlock()
	s.alarms.Lock()
	s.mu.Lock()
	demands := s.alarms.Demands(&s.mu.Store)
	s.mu.Unlock()
	s.alarms.Unlock()
	for _, d := range demands {
		s.mu.Lock()
		lacks := s.mu.Lacks(d.Series, now.Add(-d.Window))
		s.mu.Unlock()
		for _, began := range lacks {
			b, err := s.block(blockKey(0, d.Series, began))
			if err != nil {
				return err
			}
			s.mu.Lock()
			err = s.mu.Load(d.Series, began, b)
			s.mu.Unlock()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// coarsen makes the blocks of days that are too old for their level those of the next,
// and drops what the last level has too long.
func (s *Store) coarsen(now instant.Instant) error {
	s.archiving.Lock()
	defer s.archiving.Unlock()
	s.mu.Lock()
	last := s.mu.Len()
	s.mu.Unlock()
	for number := watch.Series(1); number <= last; number++ {
		for level := range watch.Levels {
			if err := s.coarsenLevel(now, number, level); err != nil {
				return err
			}
		}
		if err := s.undefineEmpty(number); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) coarsenLevel(now instant.Instant, number watch.Series, level int) error {
	l := &watch.Levels[level]
	lower, upper := blockKey(level, number, -1<<63), blockKey(level, number, l.Ends(now))
	days := map[instant.Instant]map[instant.Instant]watch.Block{}
	err := s.db.Scan(lower, upper, func(key, value []byte) (bool, error) {
		at := instantIn(key)
		d := at.Truncate(24 * time.Hour)
		if days[d] == nil {
			days[d] = map[instant.Instant]watch.Block{}
		}
		days[d][at] = append(watch.Block(nil), value...)
		return true, nil
	})
	if err != nil || len(days) == 0 {
		return err
	}
	b := s.db.NewBatch()
	b.UseReserve()
	b.DeleteRange(lower, upper)
	for at, finer := range days {
		if level+1 == len(watch.Levels) {
			break
		}
		key := blockKey(level+1, number, at)
		old, err := s.block(key)
		if err == nil {
			old, err = watch.Levels[level+1].Coarsen(at, old, l, finer)
		}
		if err != nil {
			return errors.Join(err, b.Close())
		}
		b.Set(key, old)
	}
	return b.Commit()
}

// undefineEmpty deletes the definition of a series of which nothing is left. Its number
// is not given away before the next start.
func (s *Store) undefineEmpty(number watch.Series) error {
	s.mu.Lock()
	empty := s.mu.Forgettable(number)
	s.mu.Unlock()
	if !empty {
		return nil
	}
	for level := range watch.Levels {
		found := false
		err := s.db.Scan(blockKey(level, number, -1<<63), blockKey(level, number+1, -1<<63), func(_, _ []byte) (bool, error) {
			found = true
			return false, nil
		})
		if err != nil || found {
			return err
		}
	}
	s.undefine([]watch.Series{number})
	b := s.db.NewBatch()
	b.UseReserve()
	b.Delete(definitionKey(number))
	return b.Commit()
}

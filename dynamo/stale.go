package dynamo

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/storage"
)

// staleLag bounds how old an eventually consistent read may be, where the
// engine is pessimistic; it is at least half as old. Assumed: the copies of an
// item agree "usually within a second" (Developer Guide, "Read consistency"),
// which says no more.
const staleLag = time.Second

// stale holds what the store was a while ago, for eventually consistent reads.
type stale struct {
	mu    sync.RWMutex
	older *storage.Snapshot // served
	newer *storage.Snapshot
}

// newStale returns what is served until fallBehind takes over.
func newStale(db *storage.DB) *stale {
	return &stale{older: db.Snapshot(), newer: db.Snapshot()}
}

// fallBehind takes a new snapshot from time to time, until ctx ends.
func (e *Engine) fallBehind(ctx context.Context) {
	every(ctx, staleLag/2, func(instant.Instant) {
		if err := e.stale.shift(e.db.Snapshot()); err != nil {
			e.opts.Log.Error("stale reads", slog.Any("error", err))
		}
	})
}

// close gives up what is held. The nil stale holds nothing.
func (s *stale) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.older.Close(), s.newer.Close())
}

// shift takes over a new snapshot and gives up the one that was served, once
// nobody reads from it.
func (s *stale) shift(newest *storage.Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	given := s.older
	s.older, s.newer = s.newer, newest
	return given.Close()
}

// reader returns what a read reads from until it calls done.
func (e *Engine) reader(consistent bool) (r storage.Reader, done func()) {
	if consistent || e.stale == nil {
		return e.db, func() {}
	}
	e.stale.mu.RLock()
	return e.stale.older, e.stale.mu.RUnlock
}

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

// staleLag bounds the age of eventually consistent reads of a pessimistic engine;
// they are at least half as old. Assumed: copies agree "usually within a second"
// (Developer Guide, "Read consistency").
const staleLag = time.Second

// stale holds old snapshots of the store for eventually consistent reads.
type stale struct {
	mu    sync.RWMutex
	older *storage.Snapshot // guarded by mu; read by requests
	newer *storage.Snapshot
}

// newStale returns two current snapshots, which fallBehind replaces.
func newStale(db *storage.DB) *stale {
	return &stale{older: db.Snapshot(), newer: db.Snapshot()}
}

// fallBehind takes a new snapshot every staleLag/2 until ctx ends.
func (e *Engine) fallBehind(ctx context.Context) {
	every(ctx, staleLag/2, func(instant.Instant) {
		if err := e.stale.shift(e.db.Snapshot()); err != nil {
			e.opts.Log.Error("stale reads", slog.Any("error", err))
		}
	})
}

// close closes the snapshots. It does nothing for the nil stale.
func (s *stale) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.older.Close(), s.newer.Close())
}

// shift adds a new snapshot and closes the oldest, once no read uses it.
func (s *stale) shift(newest *storage.Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	given := s.older
	s.older, s.newer = s.newer, newest
	return given.Close()
}

// reader returns the source of a read. The caller must call done after its last
// read.
func (e *Engine) reader(consistent bool) (r storage.Reader, done func()) {
	if consistent || e.stale == nil {
		return e.db, func() {}
	}
	e.stale.mu.RLock()
	return e.stale.older, e.stale.mu.RUnlock
}

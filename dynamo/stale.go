package dynamo

import (
	"errors"
	"log/slog"
	"sync"
	"time"

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

	following sync.WaitGroup // until nothing is held any more
}

// fallBehind keeps stale up to date until the engine closes.
func (e *Engine) fallBehind() {
	e.stale.older, e.stale.newer = e.db.Snapshot(), e.db.Snapshot()
	e.stale.following.Go(func() {
		tick := time.NewTicker(staleLag / 2)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				e.report(e.stale.shift(e.db.Snapshot()))
			case <-e.closing:
				e.report(errors.Join(e.stale.older.Close(), e.stale.newer.Close()))
				return
			}
		}
	})
}

func (e *Engine) report(err error) {
	if err != nil {
		e.opts.Log.Error("stale reads", slog.Any("error", err))
	}
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
	if consistent || !e.opts.Pessimistic {
		return e.db, func() {}
	}
	e.stale.mu.RLock()
	return e.stale.older, e.stale.mu.RUnlock
}

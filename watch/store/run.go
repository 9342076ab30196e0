package store

import (
	"context"
	"log/slog"
	"time"

	"lullaby/instant"
)

// Run writes the journal each minute, moves hours to blocks, and evaluates the alarms,
// until ctx ends. Call it once. What happened while the machine slept is made up for
// once.
func (s *Store) Run(ctx context.Context) {
	now := time.Now()
	s.tick(instant.Of(now), true)
	timer := time.NewTimer(s.next(now))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := time.Now()
		s.tick(instant.Of(now), false)
		timer.Reset(s.next(time.Now()))
	}
}

// next returns how long until the next minute begins, or the next evaluation.
func (s *Store) next(at time.Time) time.Duration {
	now := instant.Of(at)
	s.alarms.Lock()
	due := s.alarms.Next(now)
	s.alarms.Unlock()
	return max(0, min(due, now.Truncate(time.Minute).Add(time.Minute)).Sub(now))
}

// tick does what is due at now. first: the Store has just been opened.
func (s *Store) tick(now instant.Instant, first bool) {
	if !first {
		s.complain("write metrics", s.flush())
	}
	if hour := now.Truncate(time.Hour); hour != s.hour {
		s.hour = hour
		s.complain("archive metrics", s.seal(now))
	}
	if day := now.Truncate(24 * time.Hour); day != s.day {
		s.day = day
		s.complain("drop old metrics", s.coarsen(now))
		s.complain("drop old history", s.forget(now))
	}
	s.complain("read metrics for alarms", s.provide(now))
	if first {
		s.complain("do what alarms left undone", s.act(s.acting.take(), nil))
	} else {
		s.complain("write alarms", s.evaluate(now))
	}
}

func (s *Store) complain(what string, err error) {
	if err != nil {
		s.opts.Log.Error("keep metrics", slog.String("task", what), slog.Any("error", err))
	}
}

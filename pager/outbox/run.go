package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/pager"
)

// grace is how long an attempt that is under way goes on when Run ends, so that it need
// not be repeated at the next start.
const grace = 300 * time.Millisecond

// Run sends pages until ctx ends. When it returns, all of its goroutines have ended. Call
// it once.
func (s *Store) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	for _, l := range s.lines {
		running.Go(func() { s.run(ctx, l) })
	}
}

// run sends the pages of a line.
func (s *Store) run(ctx context.Context, l *line) {
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	wake := time.NewTimer(0)
	defer wake.Stop()
	trouble := ""
	for ctx.Err() == nil {
		if e := s.next(l); e != nil {
			trouble = s.attempt(sending, l, e, trouble)
			continue
		}
		s.mu.Lock()
		due := l.outbox.Wake()
		s.mu.Unlock()
		if wake.Stop(); !due.IsZero() {
			wake.Reset(due.Sub(instant.Of(time.Now())))
		}
		select {
		case <-ctx.Done():
		case <-l.kick:
		case <-wake.C:
		}
	}
}

// next returns a copy of the entry of a line that is to be sent now, nil if none is. It
// is on disk that it may be delivered from then on.
func (s *Store) next(l *line) *pager.Entry {
	s.mu.Lock()
	e := l.outbox.Next(instant.Of(time.Now()))
	if e == nil {
		s.mu.Unlock()
		return nil
	}
	of := *e
	b := s.db.NewBatch()
	b.UseReserve()
	if err := s.commit(b, l.save(b, []pager.Change{{Entry: e}})); err != nil {
		s.opts.Log.Error("keep pages", slog.Any("error", err)) // it is sent all the same
	}
	return &of
}

// attempt sends an entry, keeps what came of it, and logs a trouble that is new. It
// returns the trouble, empty if the receiver took the page. An attempt that the end of
// the program cut short is one of which nothing is known.
func (s *Store) attempt(ctx context.Context, l *line, e *pager.Entry, trouble string) string {
	answer := l.to.Send(ctx, &e.Page)
	if ctx.Err() != nil && answer.Outcome != pager.Delivered {
		return trouble
	}
	b := s.db.NewBatch()
	b.UseReserve()
	s.mu.Lock()
	changes, dropped := l.outbox.Done(instant.Of(time.Now()), answer.Report)
	if err := s.commit(b, l.save(b, changes)); err != nil {
		s.opts.Log.Error("keep pages", slog.Any("error", err))
	}
	about := []any{
		slog.String("receiver", l.to.Name()), slog.String("kind", string(e.Page.Kind)), slog.String("alarm", e.Page.Alarm), slog.String("answer", answer.Text),
	}
	switch {
	case answer.Outcome == pager.Delivered:
		if trouble != "" {
			s.opts.Log.Info("page delivered at last", about...)
		}
		return ""
	case dropped:
		s.opts.Log.Warn("page not delivered, not tried again", about...)
	case answer.Text != trouble:
		s.opts.Log.Warn("page not delivered, tried again", about...)
	}
	return answer.Text
}

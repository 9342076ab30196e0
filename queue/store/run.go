package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// Run performs the background work of the engine until ctx ends: it wakes long polls
// when messages become visible, deletes messages whose retention is over,
// measures queues, and performs move tasks. When it returns, all of its goroutines have ended. Call it
// once.
func (e *Engine) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { e.alarms.ring(ctx) })
	running.Go(func() { e.expire(ctx) })
	running.Go(func() { e.measure(ctx) })
	for {
		for _, t := range e.work.take() {
			running.Go(func() { e.perform(ctx, t) })
		}
		select {
		case <-ctx.Done():
			return
		case <-e.work.wake:
		}
	}
}

// expireEvery is the interval at which messages are deleted whose retention is over.
// Nobody receives them before either.
const expireEvery = time.Second

// expire deletes expired messages until ctx ends.
func (e *Engine) expire(ctx context.Context) {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case at := <-tick.C:
			for _, q := range e.all(func(*queue) bool { return true }) {
				if err := q.expire(ctx, instant.Of(at)); err != nil {
					e.opts.Log.Error("delete expired messages", slog.String("queue", q.name), slog.Any("error", err))
				}
			}
		}
	}
}

// maxExpired is how many ranges of messages are deleted in one batch.
const maxExpired = 1000

// expire deletes the messages whose retention is over at now. The error is of
// storage.
func (q *queue) expire(ctx context.Context, now instant.Instant) error {
	for more := true; more && ctx.Err() == nil; {
		var submitted storage.Submission
		var err error
		if submitted, more, err = q.submitExpired(now); err != nil {
			return err
		}
		if err := submitted.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// submitExpired submits a batch of what expired, and reports whether there is more.
func (q *queue) submitExpired(now instant.Instant) (submitted storage.Submission, more bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.gone {
		return submitted, false, nil
	}
	b := q.e.db.NewBatch()
	b.UseReserve()
	changed := q.fifo != nil && q.fifo.sent.expire(now, b)
	if next := q.model.NextExpiry(); !next.IsZero() && !next.After(now) {
		var lost []model.Range
		lost, more = q.model.Expire(now, maxExpired, nil)
		changed = changed || len(lost) > 0
		q.stageCursorLocked(b, nil)
		for _, r := range lost {
			q.stageLostLocked(b, r)
		}
	}
	if !changed {
		return submitted, false, b.Close()
	}
	q.seen = max(q.seen, now)
	submitted, err = b.Submit()
	q.stirLocked(now) // what expired in flight held up its group
	return submitted, more, err
}

package store

import (
	"context"
	"log/slog"
	"time"

	"lullaby/instant"
	"lullaby/storage"
)

// remains are messages of which a delivery has ended: those that have no other one are to
// be deleted.
type remains struct {
	messages map[uint64]struct{} // by number
	all      bool                // look at all messages: too many have ended, or a subscription with its deliveries
}

// maxRemains bounds the memory of remains.
const maxRemains = 10_000

func newRemains() remains { return remains{messages: map[uint64]struct{}{}, all: true} }

func (r *remains) add(message uint64) {
	if len(r.messages) < maxRemains {
		r.messages[message] = struct{}{}
	} else {
		r.all = true
	}
}

// How often Run looks for what is to be deleted.
const (
	cleanEvery  = time.Second
	expireEvery = time.Hour
)

// Run deletes messages that are delivered, and subscriptions that nobody confirms, until
// ctx ends. Call it once.
func (e *Engine) Run(ctx context.Context) {
	clean, expire := time.NewTicker(cleanEvery), time.NewTicker(expireEvery)
	defer clean.Stop()
	defer expire.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-clean.C:
			e.complain("delete messages", e.clean(ctx))
		case at := <-expire.C:
			e.complain("end subscriptions", e.expire(instant.Of(at)))
		}
	}
}

func (e *Engine) complain(what string, err error) {
	if err != nil {
		e.opts.Log.Error("keep topics", slog.String("task", what), slog.Any("error", err))
	}
}

// expire ends the subscriptions that nobody has confirmed for too long.
func (e *Engine) expire(at instant.Instant) error {
	e.mu.Lock()
	gone := e.topics.Expire(at)
	if len(gone) == 0 {
		e.mu.Unlock()
		return nil
	}
	c := e.change()
	for _, s := range gone {
		c.end(e, s)
	}
	return e.settle(c)
}

// clean deletes the messages that have no deliveries any more.
func (e *Engine) clean(ctx context.Context) error {
	e.mu.Lock()
	ended := e.ended
	e.ended = remains{messages: map[uint64]struct{}{}}
	e.mu.Unlock()
	if ended.all {
		return e.cleanAll(ctx)
	}
	if len(ended.messages) == 0 {
		return nil
	}
	b := e.db.NewBatch()
	b.UseReserve()
	for message := range ended.messages {
		if err := e.cleanOne(b, message); err != nil {
			e.mu.Lock()
			e.ended.all = true
			e.mu.Unlock()
			return closing(b, err)
		}
	}
	return b.Commit()
}

// cleanOne adds the deletion of a message to a batch, if it has no deliveries, and those
// of deliveries whose subscription is gone.
func (e *Engine) cleanOne(b *storage.Batch, message uint64) error {
	left := false
	prefix := key(attemptKind, message)
	err := e.db.Scan(prefix, end(prefix), func(k, _ []byte) (bool, error) {
		if left = e.exists(numberIn(k, 1)); left {
			return false, nil
		}
		b.Delete(k)
		return true, nil
	})
	if err == nil && !left {
		b.Delete(key(messageKind, message))
	}
	return err
}

func (e *Engine) exists(number uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, s := e.topics.ByNumber(number)
	return s != nil
}

// cleanStep is how many messages are looked at between two commits.
const cleanStep = 1_000

// cleanAll is clean for all messages.
func (e *Engine) cleanAll(ctx context.Context) error {
	for from := key(messageKind); ctx.Err() == nil; {
		var step []uint64
		err := e.db.Scan(from, end(key(messageKind)), func(k, _ []byte) (bool, error) {
			step = append(step, numberIn(k, 0))
			return len(step) < cleanStep, nil
		})
		if err != nil || len(step) == 0 {
			return err
		}
		b := e.db.NewBatch()
		b.UseReserve()
		for _, message := range step {
			if err := e.cleanOne(b, message); err != nil {
				return closing(b, err)
			}
		}
		if err := b.Commit(); err != nil {
			return err
		}
		from = key(messageKind, step[len(step)-1]+1)
	}
	return nil
}

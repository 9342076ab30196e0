package store

import (
	"context"
	"math"
	"slices"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// receive receives messages, and waits for one if there is none. The error is a
// refusal, or of storage.
func (q *queue) receive(ctx context.Context, now instant.Instant, ask *model.Ask, wait time.Duration) ([]received, error) {
	if q.fifo != nil {
		if err := q.admitReceive(now); err != nil {
			return nil, err
		}
	}
	var timer *time.Timer // nil: nothing was waited for
	for rounds := 0; ; rounds++ {
		got, more, p, err := q.take(now, ask, wait > 0, rounds > 0)
		switch {
		case err != nil || len(got) > 0:
			return got, err
		case more && (wait > 0 && ctx.Err() == nil || rounds < maxRounds):
			continue
		case p == nil:
			return nil, nil
		}
		if timer == nil {
			timer = time.NewTimer(wait)
			defer timer.Stop()
		}
		if !q.await(ctx, p, timer) {
			wait = 0
			if ctx.Err() != nil {
				return nil, nil
			}
		}
		now = instant.Of(time.Now())
	}
}

// maxRounds is how often a short poll tries again after it has found only dead
// letters, a few at a time, or messages that are gone.
const maxRounds = 10

// admitReceive counts a receive of a FIFO queue. The error is a refusal.
func (q *queue) admitReceive(now instant.Instant) error {
	if err := q.lock(now); err != nil {
		return err
	}
	defer q.mu.Unlock()
	return q.fifo.admit(now, model.Receive)
}

// take receives messages that are visible at now, and moves dead letters. If there
// are neither it returns a poll for a caller that waits. more is set if there were
// some and there may be others.
func (q *queue) take(now instant.Instant, ask *model.Ask, waits, again bool) (got []received, more bool, p *poll, err error) {
	got, dead, p, err := q.takeVisible(now, ask, waits, again)
	if err != nil {
		return nil, false, nil, err
	}
	more = len(got)+len(dead) > 0
	if len(dead) > 0 && !q.bury(now, dead) {
		more = false // they would be found again
	}
	got, _, err = q.read(now, got, math.MaxInt)
	return got, more, p, err
}

// takeVisible receives messages without what is stored of them, and takes dead
// letters out. If there are neither it adds a poll for a caller that waits.
func (q *queue) takeVisible(now instant.Instant, ask *model.Ask, waits, again bool) (got, dead []received, p *poll, err error) {
	if err := q.lock(now); err != nil {
		return nil, nil, nil, err
	}
	submitted, err := q.submitReceiveLocked(now, ask)
	if err != nil {
		q.mu.Unlock()
		return nil, nil, nil, err
	}
	if n := len(q.got.Deliveries); n > 0 {
		got = make([]received, n)
	}
	for i := range got {
		got[i].id, got[i].State = q.got.Deliveries[i].ID, q.got.Deliveries[i].State
	}
	dead = q.takenLocked(q.got.Dead)
	switch {
	case len(got) > 0:
		q.meter.Receive(now, len(got))
	case len(dead) > 0: // there may be more
	case waits:
		p = q.polls.add(again)
	default:
		q.meter.Receive(now, 0)
	}
	q.stirLocked(now)
	q.mu.Unlock()
	return got, dead, p, submitted.Wait()
}

// submitReceiveLocked receives from the model and submits what that changes, or
// takes it back if it cannot be stored.
func (q *queue) submitReceiveLocked(now instant.Instant, ask *model.Ask) (submitted storage.Submission, err error) {
	if err := q.model.Receive(now, ask, &q.got); err != nil {
		return submitted, err
	}
	return q.submitGotLocked(now)
}

// submitGotLocked submits what the model received or drew, or takes it back if it
// cannot be stored. Dead letters that were received before are stored as they are.
func (q *queue) submitGotLocked(now instant.Instant, drawn ...model.ID) (submitted storage.Submission, err error) {
	if len(q.got.Deliveries)+len(q.got.Passed)+len(drawn) == 0 {
		q.model.Saved(&q.got)
		return submitted, nil
	}
	b := q.e.db.NewBatch()
	b.UseReserve()
	for i := range q.got.Deliveries {
		q.stageLocked(b, q.got.Deliveries[i].ID)
	}
	q.stageLocked(b, q.got.Passed...)
	q.stageLocked(b, drawn...)
	q.stageCursorLocked(b, &q.got)
	if submitted, err = b.Submit(); err != nil {
		q.model.Return(now, &q.got)
		return submitted, err
	}
	q.model.Saved(&q.got)
	return submitted, nil
}

// read reads what is stored of received messages, until it has read so many bytes. It
// leaves out what is gone: it was deleted or purged meanwhile, or a crash has left its
// place empty. rest are the messages that it did not come to. If it fails, those are
// all of them.
func (q *queue) read(now instant.Instant, rs []received, bytes int) (kept, rest []received, err error) {
	var gone []model.ID
	read := 0
	for ; read < len(rs) && bytes > 0; read++ {
		size, err := q.readMessage(rs[read].id, &rs[read].message)
		if err != nil {
			return nil, rs, err
		}
		bytes -= size
		if size == 0 {
			gone = append(gone, rs[read].id)
		}
	}
	kept, rest = rs[:read:read], rs[read:]
	if gone == nil {
		return kept, rest, nil
	}
	if err := q.forget(now, gone); err != nil {
		return nil, rs, err
	}
	return slices.DeleteFunc(kept, func(r received) bool { return slices.Contains(gone, r.id) }), rest, nil
}

// readMessage reads what is stored of a message. size is how many bytes that is, 0 if
// there is nothing.
func (q *queue) readMessage(id model.ID, m *message) (size int, err error) {
	key := keyOf(storage.Messages, q.number, uint64(id))
	_, err = q.e.db.Get(key[:], func(value []byte) error {
		size = len(value)
		return parseMessage(m, string(value))
	})
	return size, err
}

// forget takes messages out of the model of which nothing is stored.
func (q *queue) forget(now instant.Instant, ids []model.ID) error {
	if err := q.lock(now); err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id model.ID) bool {
		_, _, found := q.model.Find(id)
		return !found
	})
	q.model.Remove(ids)
	b := q.e.db.NewBatch()
	b.UseReserve()
	q.stageGoneLocked(b, ids...)
	submitted, err := b.Submit()
	q.stirLocked(now)
	q.mu.Unlock()
	if err != nil {
		return err
	}
	return submitted.Wait()
}

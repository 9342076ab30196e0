package store

import (
	"errors"
	"log/slog"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/refusal"
	"lullaby/storage"
)

// bury moves dead letters to the dead-letter queue, or gives them back. It reports
// whether they were moved.
func (q *queue) bury(now instant.Instant, dead []received) bool {
	target := q.e.deadLetterQueue(q)
	if target == nil {
		q.giveBack(now, dead)
		return false
	}
	err := q.inParts(now, dead, func(part []received) error {
		ss := make([]*sending, len(part))
		for i := range part {
			ss[i] = part[i].die(now, q, target)
		}
		return q.transfer(now, target, part, ss, func(*storage.Batch) {})
	})
	if err != nil && !errors.Is(err, refusal.QueueDoesNotExist) {
		q.e.opts.Log.Error("move dead letters", slog.String("queue", q.name), slog.Any("error", err))
	}
	return err == nil
}

// maxTransfer is how many bytes of messages are read before they are moved, and one
// message more. In memory they take three times as many: as they are read, as they
// are stored, and in the batch.
const maxTransfer = 4 << 20

// inParts reads messages that the model has taken out, and has move move them, as many
// at a time as maxTransfer lets. Those that it has not given to move when it or
// storage fails are visible again.
func (q *queue) inParts(now instant.Instant, rs []received, move func(part []received) error) error {
	for len(rs) > 0 {
		part, rest, err := q.read(now, rs, maxTransfer)
		if err == nil && len(part) > 0 {
			err = move(part)
		}
		if err != nil {
			q.giveBack(now, rest)
			return err
		}
		rs = rest
	}
	return nil
}

// die makes a dead letter of a message: it keeps what is known of it
// (docs/aws/sqs.md#dead-letters). In a standard queue its retention goes on from its
// first sending, in a FIFO queue it begins again
// (docs/aws/sqs.md#age-of-the-oldest-message).
func (r *received) die(now instant.Instant, from, to *queue) *sending {
	s := &sending{message: r.message}
	s.source = from.arn
	if r.receives == 0 {
		s.received = r.First
	}
	s.receives += uint64(r.Receives)
	s.into = model.Sent{At: r.sent, Since: now, Group: r.group}
	if to.fifo != nil {
		s.into.At = now
	}
	s.record = s.append(nil)
	return s
}

// transfer moves messages that the model has taken out for that to another queue,
// where they are ss. It does so in one batch, to which stage adds. The error is a
// refusal.QueueDoesNotExist, or of storage: the messages are visible again then.
func (q *queue) transfer(now instant.Instant, to *queue, rs []received, ss []*sending, stage func(b *storage.Batch)) error {
	submitted, err := q.submitTransfer(now, to, rs, ss, stage)
	if err != nil {
		q.giveBack(now, rs)
		return err
	}
	if err := submitted.Wait(); err != nil {
		return err // the store has failed
	}
	to.publish(ss)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.model.Remove(idsOf(rs))
	q.stirLocked(q.seen)
	return nil
}

func (q *queue) submitTransfer(now instant.Instant, to *queue, rs []received, ss []*sending, stage func(b *storage.Batch)) (storage.Submission, error) {
	b := q.e.db.NewBatch()
	b.UseReserve()
	stage(b)
	if err := q.lock(now); err != nil {
		return storage.Submission{}, closing(b, err)
	}
	q.stageGoneLocked(b, idsOf(rs)...)
	q.mu.Unlock()
	if err := to.lock(now); err != nil {
		return storage.Submission{}, closing(b, err)
	}
	defer to.mu.Unlock()
	return to.submitLocked(now, b, ss)
}

// giveBack makes messages visible that were not moved.
func (q *queue) giveBack(now instant.Instant, rs []received) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.model.Return(now, &model.Received{Dead: idsOf(rs)})
	q.stirLocked(now)
}

func idsOf(rs []received) []model.ID {
	ids := make([]model.ID, len(rs))
	for i := range rs {
		ids[i] = rs[i].id
	}
	return ids
}

// takenLocked returns messages that the model has taken out to be moved.
func (q *queue) takenLocked(ids []model.ID) []received {
	rs := make([]received, len(ids))
	for i, id := range ids {
		rs[i].id = id
		_, rs[i].State, _ = q.model.Find(id)
	}
	return rs
}

// draw takes visible messages out to be moved, at most so many, without what is stored
// of them. It is no receive.
// The error is a refusal.QueueDoesNotExist, or of storage.
func (q *queue) draw(now instant.Instant, most int) ([]received, error) {
	if err := q.lock(now); err != nil {
		return nil, err
	}
	q.model.Draw(now, most, &q.got)
	rs := q.takenLocked(q.got.Dead)
	submitted, err := q.submitGotLocked(now, q.got.Dead...)
	q.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := submitted.Wait(); err != nil {
		return nil, err
	}
	return rs, nil
}

package store

import (
	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// send puts messages into the queue, or finds which of them a FIFO queue has had. It
// returns when they are durable. The error is a refusal, or of storage: nothing is
// sent then.
func (q *queue) send(now instant.Instant, ss ...*sending) error {
	var groups []string
	if len(ss) > 0 && ss[0].once {
		groups = make([]string, len(ss))
		for i, s := range ss {
			groups[i] = s.group
		}
	}
	b := q.e.db.NewBatch()
	if err := q.lock(now); err != nil {
		return closing(b, err)
	}
	submitted, err := storage.Submission{}, q.fifo.admit(now, model.Send, groups...)
	if err != nil {
		err = closing(b, err)
	} else if submitted, err = q.submitLocked(now, b, ss); err == nil {
		q.countLocked(now, ss)
	}
	q.mu.Unlock()
	if err != nil {
		return err
	}
	if err := submitted.Wait(); err != nil {
		return err
	}
	q.publish(ss)
	return q.identify(ss)
}

// countLocked counts messages that were sent.
func (q *queue) countLocked(now instant.Instant, ss []*sending) {
	for _, s := range ss {
		if s.duplicate {
			q.meter.Deduplicate(now)
		} else {
			q.meter.Send(now, s.size)
		}
	}
}

// submitLocked gives messages their places and submits b with them. After the Wait
// they are to be published. A duplicate gets no place; b is submitted nevertheless,
// because the first one may not be durable yet.
func (q *queue) submitLocked(now instant.Instant, b *storage.Batch, ss []*sending) (storage.Submission, error) {
	next, marked := q.next, len(q.marks)
	for _, s := range ss {
		if s.once {
			if s.id, s.duplicate = q.fifo.sent.model.Find(now, s.token); s.duplicate {
				continue
			}
			q.fifo.sent.stage(now, b, s, next)
		}
		s.id = next
		q.stageSendingLocked(b, s)
		next++
	}
	if next == q.next {
		q.stageCursorLocked(b, nil) // a batch has to have something
	}
	submitted, err := b.Submit()
	if err != nil {
		q.marks = q.marks[:marked]
		q.unsendLocked(ss)
		return submitted, err
	}
	q.next = next
	for _, s := range ss {
		if !s.duplicate {
			q.sending = append(q.sending, s)
		}
	}
	return submitted, nil
}

// stageSendingLocked adds a message to a batch, with the record of its state or the
// mark that it needs.
func (q *queue) stageSendingLocked(b *storage.Batch, s *sending) {
	key := keyOf(storage.Messages, q.number, uint64(s.id))
	b.Set(key[:], s.record)
	if !s.plain {
		q.record = (&state{Sent: s.into}).append(q.record[:0])
		key[0] = storage.States
		b.Set(key[:], q.record)
	} else if q.marks.cover(s.id, s.into.At) {
		q.marks.stage(b, q.number)
	}
}

// unsendLocked has a FIFO queue forget messages that were not stored.
func (q *queue) unsendLocked(ss []*sending) {
	for _, s := range ss {
		if s.once && !s.duplicate {
			q.fifo.sent.model.Forget(s.token)
		}
	}
}

// publish shows receivers messages that are durable, with all that were sent before.
func (q *queue) publish(ss []*sending) {
	var last model.ID // of none, if each entry of a batch was refused
	for _, s := range ss {
		last = max(last, s.id)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for ; n < len(q.sending) && q.sending[n].id <= last; n++ {
		q.model.Add(q.seen, q.sending[n].id, q.sending[n].into)
		q.sending[n] = nil
	}
	if n > 0 {
		if q.sending = q.sending[n:]; len(q.sending) == 0 {
			q.sending = nil
		}
		q.stirLocked(q.seen)
	}
}

// identify gives duplicates the messageIDs of the first ones.
func (q *queue) identify(ss []*sending) error {
	for _, s := range ss {
		if !s.duplicate {
			continue
		}
		id, found, err := q.fifo.sent.sentID(q.e.db, s.id)
		if err != nil {
			return err
		}
		if found { // else a purge has made the queue forget it
			s.message.id = id
		}
	}
	return nil
}

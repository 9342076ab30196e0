package store

import (
	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// load reads the order and the states of the messages of a queue, not the messages:
// those from the cursor on are there unless their state says otherwise.
func (q *queue) load(now instant.Instant) error {
	c, err := readCursor(q.e.db, q.number)
	if err != nil {
		return err
	}
	if q.marks, err = loadMarks(q.e.db, q.number); err != nil {
		return err
	}
	q.seen, q.next, q.saved = now, max(q.next, c.next), max(q.saved, c.plain)
	if err := q.loadNext(); err != nil {
		return err
	}
	if q.fifo != nil {
		if err := q.fifo.sent.load(now, q.e.db); err != nil {
			return err
		}
	}
	plain := func(first model.ID, count int, sent model.Sent) { q.model.AddRun(now, first, count, sent) }
	at := q.saved
	lower, upper := keyOf(storage.States, q.number, 0), keyOf(storage.States, q.number+1, 0)
	err = q.e.db.Scan(lower[:], upper[:], func(key, record []byte) (bool, error) {
		id := model.ID(idOf(key))
		s, gone, err := parseState(record)
		if err != nil {
			return false, err
		}
		if id >= at {
			q.marks.each(now, at, id, plain)
			at = id + 1
		}
		switch {
		case gone:
			q.holes.add(id)
		case s.Receives > 0 || !s.Until.IsZero():
			q.model.Restore(now, id, s.Sent, s.State)
		default:
			q.model.Add(now, id, s.Sent)
		}
		return true, nil
	})
	q.marks.each(now, at, q.next, plain)
	q.model.Skip(q.next)
	return err
}

// loadNext finds the ID of the next message: after a crash it is behind the last
// one that is stored.
func (q *queue) loadNext() error {
	for _, space := range []storage.Space{storage.Messages, storage.States} {
		lower, upper := keyOf(space, q.number, 0), keyOf(space, q.number+1, 0)
		err := q.e.db.ScanBackward(lower[:], upper[:], func(key, _ []byte) (bool, error) {
			q.next = max(q.next, model.ID(idOf(key))+1)
			return false, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

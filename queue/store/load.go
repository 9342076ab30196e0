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
	q.seen, q.next, q.saved = now, max(q.next, c.next), max(q.saved, c.plain)
	newest, err := q.loadNext()
	if err != nil {
		return err
	}
	if q.marks, err = loadMarks(q.e.db, q.number, newest); err != nil {
		return err
	}
	if q.fifo != nil {
		if err := q.fifo.sent.load(now, q.e.db); err != nil {
			return err
		}
	}
	past := func(m model.Sent) model.Sent { // the clock may have been set back
		m.At, m.Since = min(m.At, now), min(m.Since, now)
		return m
	}
	plain := func(first model.ID, count int, sent model.Sent) { q.model.AddRun(now, first, count, past(sent)) }
	at := q.saved
	lower, upper := keyOf(storage.States, q.number, 0), keyOf(storage.States, q.number+1, 0)
	err = q.e.db.Scan(lower[:], upper[:], func(key, record []byte) (bool, error) {
		id := model.ID(idOf(key))
		s, gone, err := parseState(record)
		if err != nil {
			return false, err
		}
		if id >= at {
			q.marks.each(at, id, plain)
			at = id + 1
		}
		switch {
		case gone:
			q.holes.add(id)
		case s.Receives > 0 || !s.Until.IsZero():
			q.model.Restore(now, id, past(s.Sent), s.State)
		default:
			q.model.Add(now, id, past(s.Sent))
		}
		return true, nil
	})
	q.marks.each(at, q.next, plain)
	q.model.Skip(q.next)
	return err
}

// loadNext finds the ID of the next message: after a crash it is behind the last one
// that is stored. It returns when that one was sent, zero if there is none.
func (q *queue) loadNext() (newest instant.Instant, err error) {
	last := func(space storage.Space, f func(record []byte) error) error {
		lower, upper := keyOf(space, q.number, 0), keyOf(space, q.number+1, 0)
		return q.e.db.ScanBackward(lower[:], upper[:], func(key, record []byte) (bool, error) {
			q.next = max(q.next, model.ID(idOf(key))+1)
			return false, f(record)
		})
	}
	err = last(storage.Messages, func(record []byte) error {
		var m message
		err := parseMessage(&m, string(record))
		newest = m.sent
		return err
	})
	if err != nil {
		return 0, err
	}
	return newest, last(storage.States, func([]byte) error { return nil })
}

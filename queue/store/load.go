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
	gaps, err := readGaps(q.e.db, q.number)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		q.holes.add(g.first, g.end)
	}
	err = q.loadMessages(now, gaps)
	q.model.Skip(q.next)
	return err
}

// loadMessages adds the messages to the model: those that have a state, and the
// plain ones between them, which are not in a gap.
func (q *queue) loadMessages(now instant.Instant, gaps []hole) error {
	at := q.saved
	plain := func(end model.ID) { // from at on
		for ; len(gaps) > 0 && gaps[0].first < end; gaps = gaps[1:] {
			q.loadPlain(now, at, gaps[0].first)
			at = max(at, min(gaps[0].end, end))
			if gaps[0].end > end {
				return
			}
		}
		q.loadPlain(now, at, end)
	}
	lower, upper := keyOf(storage.States, q.number, 0), keyOf(storage.States, q.number+1, 0)
	err := q.e.db.Scan(lower[:], upper[:], func(key, record []byte) (bool, error) {
		id := model.ID(idOf(key))
		s, gone, err := parseState(record)
		if err != nil {
			return false, err
		}
		if id >= at {
			plain(id)
			at = id + 1
		}
		switch {
		case gone:
			q.holes.add(id, id+1)
		case s.Receives > 0 || !s.Until.IsZero():
			q.model.Restore(now, id, past(s.Sent, now), s.State)
		default:
			q.model.Add(now, id, past(s.Sent, now))
		}
		return true, nil
	})
	plain(q.next)
	return err
}

// loadPlain adds the plain messages to the model whose IDs are from first up to, but
// not including, end.
func (q *queue) loadPlain(now instant.Instant, first, end model.ID) {
	q.marks.each(first, end, func(first model.ID, count int, sent model.Sent) {
		q.model.AddRun(now, first, count, past(sent, now))
	})
}

// past returns m as it was sent at now at the latest: the clock may have been set
// back.
func past(m model.Sent, now instant.Instant) model.Sent {
	m.At, m.Since = min(m.At, now), min(m.Since, now)
	return m
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

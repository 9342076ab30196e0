package queue

import "slices"

// Cursor returns the ID from which on messages without a group have no State but
// for those that are delayed: the owner saves it with a receive, a draw or a
// deletion, and after a restart calls Skip and adds what is behind it by Add and
// AddRun. Below it, each such message has a State that was saved, or is gone.
//
// saving is what the owner saves in the same batch, nil for a deletion. Receives
// that are neither saved nor returned hold the cursor back, and so do lost messages
// that Expire has not returned. A message behind the cursor can thus have a State,
// or be deleted: then the owner keeps a mark of it until the cursor is past it.
func (q *Queue) Cursor(saving *Received) ID {
	cursor := q.plainFrom()
	if id, found := q.strays.front(); found {
		cursor = min(cursor, id)
	}
	for _, id := range q.unsaved {
		if saving == nil || id != saving.from {
			cursor = min(cursor, id)
		}
	}
	for _, id := range q.passed {
		cursor = min(cursor, id)
	}
	if len(q.lost.ranges) > 0 {
		cursor = min(cursor, q.lost.from)
	}
	return cursor
}

// plainFrom returns the first ID of the messages that are plain.
func (q *Queue) plainFrom() ID {
	q.plain.trim()
	if q.plain.head < len(q.plain.list) {
		return q.plain.list[q.plain.head].first
	}
	return q.end
}

// Saved tells that what a receive or a draw found is on disk. Call it, or Return,
// after each.
func (q *Queue) Saved(got *Received) {
	if i := slices.Index(q.unsaved, got.from); i >= 0 {
		q.unsaved = slices.Delete(q.unsaved, i, i+1)
	}
}

// reset empties got.
func (got *Received) reset() {
	*got = Received{Deliveries: got.Deliveries[:0], Dead: got.Dead[:0], Passed: got.Passed[:0]}
}

// begin tells what was passed before.
func (q *Queue) begin(got *Received) {
	got.Passed = append(got.Passed, q.passed...)
	q.passed = q.passed[:0]
	for _, id := range got.Passed {
		got.took(id)
	}
}

// took notes that the cursor passes a message.
func (got *Received) took(id ID) {
	if got.from == 0 || id < got.from {
		got.from = id
	}
}

// mostStrays bounds the strays that one receive passes.
const mostStrays = 100

// finish passes the strays that are before the plain messages. Of all that are
// passed it leaves those that are as they were sent.
func (q *Queue) finish(got *Received) {
	from := q.plainFrom()
	for range mostStrays {
		id, found := q.strays.front()
		if !found || id >= from {
			break
		}
		q.strays.pop()
		if ref, found := q.entries.byID[id]; found && q.entries.list[ref].stray {
			q.entries.list[ref].stray = false
			got.Passed = append(got.Passed, id)
			got.took(id)
		}
	}
	got.Passed = slices.DeleteFunc(got.Passed, func(id ID) bool {
		ref, found := q.entries.byID[id]
		return !found || q.entries.list[ref].receives > 0 || q.entries.list[ref].phase == leaving
	})
	if got.from != 0 {
		q.unsaved = append(q.unsaved, got.from)
	}
}

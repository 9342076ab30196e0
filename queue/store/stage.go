package store

import (
	model "lullaby/queue"
	"lullaby/storage"
)

// stageLocked adds to a batch what became of messages that are not plain: their
// states, or that they are gone.
func (q *queue) stageLocked(b *storage.Batch, ids ...model.ID) {
	for _, id := range ids {
		var s state
		var found bool
		if s.Sent, s.State, found = q.model.Find(id); !found {
			q.stageGoneLocked(b, id)
			continue
		}
		q.record = s.append(q.record[:0])
		key := keyOf(storage.States, q.number, uint64(id))
		b.Set(key[:], q.record)
	}
}

// stageGoneLocked adds to a batch that messages are gone. Above the cursor their
// states say so until it passes.
func (q *queue) stageGoneLocked(b *storage.Batch, ids ...model.ID) {
	for _, id := range ids {
		key := keyOf(storage.Messages, q.number, uint64(id))
		b.Delete(key[:])
		if key[0] = storage.States; id < q.saved {
			b.Delete(key[:])
		} else {
			b.Set(key[:], []byte{goneForm})
			q.holes.add(id, id+1)
		}
	}
}

// stageLostLocked adds to a batch that a range of messages is gone, however many
// they are.
func (q *queue) stageLostLocked(b *storage.Batch, r model.Range) {
	lost := hole{r.First, r.First + model.ID(r.Count)} //nolint:gosec // a count is positive
	if r.Count < fewLost {
		for id := lost.first; id < lost.end; id++ {
			q.stageGoneLocked(b, id)
		}
		return
	}
	for _, space := range []storage.Space{storage.Messages, storage.States} {
		lower, upper := keyOf(space, q.number, uint64(lost.first)), keyOf(space, q.number, uint64(lost.end))
		b.DeleteRange(lower[:], upper[:])
	}
	if lost.end > q.saved {
		lost.stageGap(b, q.number)
		q.holes.add(lost.first, lost.end)
	}
}

// stageCursorLocked adds the cursor to a batch, and forgets what lies before it. The
// batch also has what was received as saving, which may be nil.
func (q *queue) stageCursorLocked(b *storage.Batch, saving *model.Received) {
	q.saved = max(q.saved, q.model.Cursor(saving))
	cursor{q.saved, q.next}.stage(b, q.number)
	for len(q.holes) > 0 && q.holes[0].end <= q.saved {
		h := q.holes.take()
		if _, _, found := q.model.Find(h.first); h.isGap() || !found { // it is if it could not be stored that it is gone
			h.stagePassed(b, q.number)
		}
	}
	q.marks.pass(b, q.number, q.saved)
}

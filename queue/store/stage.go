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
			q.holes.add(id)
		}
	}
}

// stageCursorLocked adds the cursor to a batch, and forgets what lies before it. The
// batch also has what was received as saving, which may be nil.
func (q *queue) stageCursorLocked(b *storage.Batch, saving *model.Received) {
	q.saved = max(q.saved, q.model.Cursor(saving))
	cursor{q.saved, q.next}.stage(b, q.number)
	for len(q.holes) > 0 && q.holes[0] < q.saved {
		id := q.holes.take()
		if _, _, found := q.model.Find(id); !found { // it is if it could not be stored that it is gone
			key := keyOf(storage.States, q.number, uint64(id))
			b.Delete(key[:])
		}
	}
	q.marks.pass(b, q.number, q.saved)
}

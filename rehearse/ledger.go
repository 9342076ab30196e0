package rehearse

import (
	"lullaby/instant"
	sqs "lullaby/queue"
)

// A note is what a rehearsal knows of a message besides its queue.
type note struct {
	sent                       instant.Instant // first, if it was moved
	present, received, written bool
}

// A ledger has the notes of the messages of a queue, in pages of successive IDs.
// A page is dropped with its last message.
type ledger map[sqs.ID]*page

const pageSize = 256

type page struct {
	notes [pageSize]note
	left  int
}

func (l ledger) add(id sqs.ID, sent instant.Instant) {
	p := l[id/pageSize]
	if p == nil {
		p = new(page)
		l[id/pageSize] = p
	}
	p.notes[id%pageSize] = note{sent: sent, present: true}
	p.left++
}

// of returns the note of a message, nil if it is gone. It is valid until remove.
func (l ledger) of(id sqs.ID) *note {
	if p := l[id/pageSize]; p != nil && p.notes[id%pageSize].present {
		return &p.notes[id%pageSize]
	}
	return nil
}

// remove removes a message that is there.
func (l ledger) remove(id sqs.ID) {
	p := l[id/pageSize]
	p.notes[id%pageSize] = note{}
	if p.left--; p.left == 0 {
		delete(l, id/pageSize)
	}
}

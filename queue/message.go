package queue

import "lullaby/instant"

// An ID is the place of a message in its queue. IDs rise in the order in which
// messages come in, and none is used twice.
type ID uint64

// Sent is how a message came into the queue.
type Sent struct {
	At    instant.Instant // when it was sent, from which retention counts
	Since instant.Instant // when it came into this queue: later than At if it was moved from another standard queue; zero: At
	Due   instant.Instant // standard queues: when its delay is over; zero: none. In FIFO queues the queue's own delay counts.
	Group string          // MessageGroupId; empty: none, which FIFO queues do not allow
}

// A State is what becomes of a message after it was sent. The zero State is that
// of a message that nobody has received.
type State struct {
	Receives uint32          // how often it was received; also the Receipt of the last receive
	First    instant.Instant // of the receives
	Last     instant.Instant
	Until    instant.Instant // hidden before: it is in flight, or delayed if Receives is 0
}

// A Receipt is the part of a receipt handle that tells one receive of a message
// from the others: its State's Receives.
type Receipt = uint32

// An entry is a message that is not in a run: it was received, or it is out of
// order. It has no pointers, so the collector does not read entries.
type entry struct {
	id          ID
	sent, since instant.Instant
	first, last instant.Instant // receives
	until       instant.Instant // while hidden
	receives    uint32
	group       uint32
	phase       phase
	stray       bool // see Queue.strays
}

// A phase is where a message is.
type phase uint8

const (
	free    phase = iota // no message
	visible              // in its group's back
	delayed              // in timed
	flying               // in timed
	leaving              // taken out to be moved to another queue
)

// entries are the entries of a queue by ID, and by ref, a small number.
type entries struct {
	list  []entry
	spare []uint32 // refs of free entries
	byID  map[ID]uint32

	place []uint32 // by ref: where in timed, or in the back of its group
	aged  []uint32 // by ref: where in fresh or worn
}

func (s *entries) add(e entry) uint32 {
	if s.byID == nil {
		s.byID = make(map[ID]uint32)
	}
	var ref uint32
	if n := len(s.spare); n > 0 {
		ref = s.spare[n-1]
		s.spare = s.spare[:n-1]
		s.list[ref] = e
	} else {
		ref = uint32(len(s.list)) //nolint:gosec // a message has more bytes than a ref
		s.list = append(s.list, e)
		s.place, s.aged = append(s.place, 0), append(s.aged, 0)
	}
	s.byID[e.id] = ref
	return ref
}

func (s *entries) remove(ref uint32) {
	delete(s.byID, s.list[ref].id)
	if len(s.byID) == 0 && len(s.list) > 1024 {
		*s = entries{}
		return
	}
	s.list[ref] = entry{}
	s.spare = append(s.spare, ref)
}

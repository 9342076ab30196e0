package queue

import (
	"slices"
	"time"

	"lullaby/instant"
)

// attemptTime is how long a ReceiveRequestAttemptId stands for what it received
// (docs/aws/sqs.md#repeated-receives).
const attemptTime = 5 * time.Minute

// attempts are the receives of a FIFO queue that have an ID.
type attempts struct {
	byID  map[string]attempt
	order []remark // by when they were
}

type attempt struct {
	at       instant.Instant
	received []receipt
}

type remark struct {
	id string
	at instant.Instant
}

// receipt is a receive of a message, and until when it hides it.
type receipt struct {
	ref   uint32
	id    ID
	by    Receipt
	until instant.Instant
}

// forget drops the attempts whose time is over.
func (s *attempts) forget(now instant.Instant) {
	done := 0
	for ; done < len(s.order) && s.order[done].at <= now.Add(-attemptTime); done++ {
		if r := s.order[done]; s.byID[r.id].at == r.at {
			delete(s.byID, r.id)
		}
	}
	s.order = slices.Delete(s.order, 0, done)
}

// repeatAttempt delivers what the receive with the same ID delivered, hidden until
// an instant, if no message of it was deleted, changed or received since.
func (q *Queue) repeatAttempt(id string, now, until instant.Instant, got *Received) bool {
	q.attempts.forget(now)
	a, known := q.attempts.byID[id]
	if !known {
		return false
	}
	for i, r := range a.received {
		ref, found := q.entries.byID[r.id]
		if !found || q.entries.list[ref].receives != r.by || q.entries.list[ref].until != r.until {
			return false
		}
		a.received[i].ref = ref
	}
	for i := range a.received {
		r := &a.received[i]
		e := &q.entries.list[r.ref]
		q.uncount(r.ref)
		q.hide(r.ref, flying, until)
		r.until = until
		got.Deliveries = append(got.Deliveries, Delivery{ID: e.id, Group: q.groups.list[e.group].name, State: q.state(e), was: q.state(e)})
	}
	q.reveal(now)
	return true
}

// keepAttempt remembers what a receive with an ID delivered.
func (q *Queue) keepAttempt(id string, now, until instant.Instant, got *Received) {
	if len(got.Deliveries) == 0 {
		return
	}
	received := make([]receipt, len(got.Deliveries))
	for i, d := range got.Deliveries {
		received[i] = receipt{id: d.ID, by: d.Receives, until: until}
	}
	if q.attempts.byID == nil {
		q.attempts.byID = map[string]attempt{}
	}
	q.attempts.byID[id] = attempt{now, received}
	q.attempts.order = append(q.attempts.order, remark{id, now})
}

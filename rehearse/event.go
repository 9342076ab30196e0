package rehearse

import "time"

// A kind is what happens at an event.
type kind uint8

const (
	arrival kind = iota // the next request comes
	answer              // the table answers an attempt of a function
	cut                 // a function's time is up while it waits
)

// An event is something that happens at an instant.
type event struct {
	at       time.Duration // since the start
	sequence uint64        // of its scheduling
	kind     kind
	slot     uint32 // of the request, unless it is yet to come
}

// before orders events by instant; those of one instant as they were scheduled,
// so that there is one order.
func (e *event) before(o *event) bool {
	return e.at < o.at || e.at == o.at && e.sequence < o.sequence
}

// A queue holds the events to come: a binary heap, the first event at its top.
type queue struct {
	events    []event
	scheduled uint64
}

// schedule adds an event.
func (q *queue) schedule(at time.Duration, k kind, slot uint32) {
	q.scheduled++
	e := event{at, q.scheduled, k, slot}
	q.events = append(q.events, e)
	i := len(q.events) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(&q.events[parent]) {
			break
		}
		q.events[i] = q.events[parent]
		i = parent
	}
	q.events[i] = e
}

// next removes and returns the first event. ok is false if there is none.
func (q *queue) next() (first event, ok bool) {
	n := len(q.events) - 1
	if n < 0 {
		return first, false
	}
	first = q.events[0]
	last := q.events[n]
	q.events = q.events[:n]
	i := 0
	for {
		child := 2*i + 1
		if child >= n {
			break
		}
		if child+1 < n && q.events[child+1].before(&q.events[child]) {
			child++
		}
		if !q.events[child].before(&last) {
			break
		}
		q.events[i] = q.events[child]
		i = child
	}
	if n > 0 {
		q.events[i] = last
	}
	return first, true
}

package rehearse

import "lullaby/instant"

// An event wakes a part at an instant.
type event struct {
	at       instant.Instant
	sequence uint64 // number of the event, in the order of scheduling
	to       uint16 // the part's number
	kind     uint8  // what is due; each part has its own kinds
	slot     uint32 // which of the part's invocations, for a part with several
}

// before orders events by instant, and events of the same instant in the order
// of scheduling.
func (e *event) before(o *event) bool {
	return e.at < o.at || e.at == o.at && e.sequence < o.sequence
}

// An agenda holds the future events: a binary heap with the first event at its
// top.
type agenda struct {
	events    []event
	scheduled uint64
}

// schedule adds an event and sets its sequence.
func (a *agenda) schedule(e event) {
	a.scheduled++
	e.sequence = a.scheduled
	a.events = append(a.events, e)
	i := len(a.events) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(&a.events[parent]) {
			break
		}
		a.events[i] = a.events[parent]
		i = parent
	}
	a.events[i] = e
}

// next removes and returns the first event. ok is false if there is none.
func (a *agenda) next() (first event, ok bool) {
	n := len(a.events) - 1
	if n < 0 {
		return first, false
	}
	first = a.events[0]
	last := a.events[n]
	a.events = a.events[:n]
	if n > 0 {
		a.sink(last)
	}
	return first, true
}

// sink replaces the top by e and moves it down to its position.
func (a *agenda) sink(e event) {
	events, i := a.events, 0
	for {
		child := 2*i + 1
		if child >= len(events) {
			break
		}
		if child+1 < len(events) && events[child+1].before(&events[child]) {
			child++
		}
		if !events[child].before(&e) {
			break
		}
		events[i] = events[child]
		i = child
	}
	events[i] = e
}

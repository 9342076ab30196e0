package queue

import "lullaby/instant"

// Find returns a message that is not plain, as Restore takes it: one that was
// received, is delayed by itself, or passed the cursor. It does not find a message
// that waits in order.
func (q *Queue) Find(id ID) (m Sent, s State, found bool) {
	ref, found := q.entries.byID[id]
	if !found {
		return Sent{}, State{}, false
	}
	e := &q.entries.list[ref]
	m = Sent{At: q.outside(e.sent), Since: q.outside(e.since), Group: q.groups.list[e.group].name}
	return m, q.state(e), true
}

// Look returns a message as Find does, and one that waits in order too.
func (q *Queue) Look(now instant.Instant, id ID) (m Sent, s State, found bool) {
	now = q.advance(now)
	if ref, found := q.entries.byID[id]; found && q.entries.list[ref].phase == leaving {
		return Sent{}, State{}, false
	}
	if m, s, found = q.Find(id); found {
		return m, s, true
	}
	for _, waiting := range [...]*runs{&q.plain, &q.grouped} {
		if r := waiting.find(id); r != nil {
			if r.due > now {
				s.Until = q.outside(r.due)
			}
			return Sent{At: q.outside(r.sent), Since: q.outside(r.since)}, s, true
		}
	}
	return Sent{}, State{}, false
}

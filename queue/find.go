package queue

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

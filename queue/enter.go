package queue

import "lullaby/instant"

// wornOut is after how many receives a message no longer counts for the age of a
// queue, and in standard queues goes behind others
// (docs/aws/sqs.md#age-of-the-oldest-message).
const wornOut = 3

// behind is added to the order of a message that goes behind others.
const behind = 1 << 63

// order is the key of an entry among those of its group: what is lower is
// received first.
func (q *Queue) order(e *entry) uint64 {
	if !q.set.FIFO && e.receives >= wornOut {
		return uint64(e.id) | behind
	}
	return uint64(e.id)
}

// ages returns the heap that an entry is in by when it was sent.
func (q *Queue) ages(e *entry) *heap {
	if e.receives >= wornOut {
		return &q.worn
	}
	return &q.young
}

// enter makes an entry of a message, hidden if it has an until after now.
func (q *Queue) enter(now instant.Instant, e entry) uint32 {
	ref := q.entries.add(e)
	q.groups.list[e.group].all++
	q.ages(&e).push(q.entries.aged, uint64(e.sent), ref)
	switch {
	case e.until <= now:
		q.show(ref)
	case e.receives == 0:
		q.hide(ref, delayed, e.until)
	default:
		q.hide(ref, flying, e.until)
	}
	return ref
}

// leave makes an entry free. Its group must be ranked after.
func (q *Queue) leave(ref uint32) {
	e := &q.entries.list[ref]
	q.uncount(ref)
	q.ages(e).remove(q.entries.aged, q.entries.aged[ref])
	q.groups.list[e.group].all--
	q.entries.remove(ref)
}

// show makes an entry visible that is in no phase.
func (q *Queue) show(ref uint32) {
	e := &q.entries.list[ref]
	e.phase, e.until = visible, 0
	q.groups.list[e.group].back.push(q.entries.place, q.order(e), ref)
	q.back++
}

// hide makes an entry that is in no phase flying, delayed or leaving. until does
// not matter if it leaves.
func (q *Queue) hide(ref uint32, to phase, until instant.Instant) {
	e := &q.entries.list[ref]
	e.phase = to
	if to != leaving {
		e.until = until
		q.timed.push(q.entries.place, uint64(until), ref)
	}
	g := &q.groups.list[e.group]
	switch to {
	case delayed:
		q.later++
	case leaving:
		g.leaving++
	case flying:
		q.inAir++
		g.flying++
		q.count(e.group, 1)
	case free, visible: // show does that
	}
}

// uncount takes an entry out of the phase that it is in.
func (q *Queue) uncount(ref uint32) {
	e := &q.entries.list[ref]
	g := &q.groups.list[e.group]
	switch e.phase {
	case visible:
		g.back.remove(q.entries.place, q.entries.place[ref])
		q.back--
	case delayed:
		q.timed.remove(q.entries.place, q.entries.place[ref])
		q.later--
	case leaving:
		g.leaving--
	case flying:
		q.timed.remove(q.entries.place, q.entries.place[ref])
		q.inAir--
		g.flying--
		q.count(e.group, -1)
	case free:
	}
	e.phase = free
}

// count notes that a group has one message more in flight, or one less.
func (q *Queue) count(group uint32, change int) {
	flying := q.groups.list[group].flying
	switch {
	case group == 0:
		return
	case flying == max(0, change):
		q.busy += change
	}
	if flying >= noisyLeast {
		q.groups.crowded[group] = struct{}{}
	} else if flying == noisyLeast-1 {
		delete(q.groups.crowded, group)
	}
}

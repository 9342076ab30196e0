package queue

import (
	"time"

	"lullaby/instant"
)

// Delete takes a message out of the queue by the receipt of its last receive, and
// reports whether it did. A message that is gone, or in a standard queue was
// received again, is no error. The error is [Expired] in a FIFO queue whose message
// is no longer in flight by the receipt (docs/aws/sqs.md#receipt-handles).
func (q *Queue) Delete(now instant.Instant, id ID, r Receipt) (gone bool, err error) {
	q.advance(now)
	ref, found := q.entries.byID[id]
	if !found {
		return false, nil
	}
	e := &q.entries.list[ref]
	switch {
	case q.set.FIFO && (e.receives != r || e.phase != flying):
		return false, Expired
	case e.receives != r || e.phase == leaving:
		return false, nil
	}
	q.take(ref)
	return true, nil
}

// take takes an entry out of the queue.
func (q *Queue) take(ref uint32) {
	group := q.entries.list[ref].group
	q.leave(ref)
	q.rank(group)
}

// ChangeVisibility hides a message for d from now on, or shows it if d is 0, by the
// receipt of its last receive. It returns the state after that, and whether it
// changed: in a standard queue it does not if the message is visible again or was
// received again. The error is a [ReceiptError]: [Unavailable] or [BeyondLimit]
// (docs/aws/sqs.md#receipt-handles).
func (q *Queue) ChangeVisibility(now instant.Instant, id ID, r Receipt, d time.Duration) (s State, changed bool, err error) {
	now = q.advance(now)
	ref, found := q.entries.byID[id]
	if !found {
		return State{}, false, Unavailable
	}
	e := &q.entries.list[ref]
	switch {
	case e.receives != r || e.phase != flying:
		if q.set.FIFO {
			return State{}, false, Unavailable
		}
		return State{}, false, nil
	case now.Add(d) > e.last.Add(maxHidden):
		return State{}, false, BeyondLimit
	}
	q.uncount(ref)
	if d > 0 {
		q.hide(ref, flying, now.Add(d))
	} else {
		q.show(ref)
	}
	q.rank(e.group)
	return q.state(e), true, nil
}

// Remove takes messages out of the queue that were drawn, dead or received: those
// that were moved to another queue, and those whose bodies are lost.
func (q *Queue) Remove(ids []ID) {
	for _, id := range ids {
		if ref, found := q.entries.byID[id]; found && (q.entries.list[ref].phase == leaving || q.entries.list[ref].receives > 0) {
			q.take(ref)
		}
	}
}

// Draw takes visible messages out, no more than most, to be moved to another queue:
// they are in got.Dead. The owner moves them and then calls Remove, or Return if it could
// not. Nobody receives them meanwhile, and it is no receive.
func (q *Queue) Draw(now instant.Instant, most int, got *Received) {
	now = q.advance(now)
	got.reset()
	q.begin(got)
	for work := effort; work > 0 && len(got.Dead) < most; {
		group, found := q.choose()
		if !found {
			break
		}
		work -= q.drawFrom(group, now, most, got)
		q.rank(group)
	}
	q.finish(got)
}

// drawFrom draws messages of one group, as receiveFrom receives them.
func (q *Queue) drawFrom(group uint32, now instant.Instant, most int, got *Received) (looked int) {
	for looked < effort && len(got.Dead) < most {
		ref, found := q.pick(group, now, got)
		if !found {
			break
		}
		looked++
		if q.isOver(ref, now) {
			q.lose(ref)
		} else {
			q.uncount(ref)
			q.hide(ref, leaving, 0)
			got.Dead = append(got.Dead, q.entries.list[ref].id)
		}
		if !q.set.FIFO {
			break
		}
	}
	return looked + 1
}

// Return takes back a receive or a draw that the owner could not save: its messages
// are visible, as if nobody had received them.
func (q *Queue) Return(now instant.Instant, got *Received) {
	q.advance(now)
	for i := range got.Deliveries {
		d := &got.Deliveries[i]
		ref, found := q.entries.byID[d.ID]
		if !found || q.entries.list[ref].receives != d.Receives || d.was.Receives == d.Receives {
			continue // gone, received again, or the answer of an earlier receive
		}
		q.countReceive(ref, d.was.Receives)
		e := &q.entries.list[ref]
		e.first, e.last = q.inside(d.was.First), q.inside(d.was.Last)
		q.giveBack(ref)
	}
	for _, id := range got.Dead {
		if ref, found := q.entries.byID[id]; found {
			q.giveBack(ref)
		}
	}
	q.passed = append(q.passed, got.Passed...)
	q.Saved(got)
}

// giveBack makes an entry visible.
func (q *Queue) giveBack(ref uint32) {
	q.uncount(ref)
	q.show(ref)
	e := &q.entries.list[ref]
	if e.receives == 0 && e.group == 0 {
		q.passed = append(q.passed, e.id)
	}
	q.rank(e.group)
}

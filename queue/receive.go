package queue

import (
	"time"

	"lullaby/instant"
)

// An Ask is what a caller of ReceiveMessage wants.
type Ask struct {
	Max        int           // messages, 1 to 10
	Visibility time.Duration // for which they are hidden; negative: as the queue has it
	Long       bool          // the caller waits for messages
	Attempt    string        // ReceiveRequestAttemptId of a FIFO queue; empty: none
}

// A Delivery is a message that is received, and its state after that.
type Delivery struct {
	ID    ID
	Group string
	State

	was State
}

// Received is what a receive or a draw found. After each the owner saves the State
// of what was delivered or passed, with the cursor, and calls Saved, or Return if it
// could not. A Received can then be used again, which saves its memory.
type Received struct {
	Deliveries []Delivery

	// Dead was received as often as the redrive policy allows. The owner moves
	// these messages to the dead-letter queue and then calls Remove, or Return if
	// it could not. Until then nobody receives them.
	Dead []ID

	// Passed are below the cursor now without having been received: the owner saves
	// the State of each, as Find returns it.
	Passed []ID

	from ID // the lowest plain message that it took; 0: none
}

// What one receive does besides. If there is more, it comes back with less than
// there is, and Ready stays true.
const (
	effort   = 1_000 // messages that it looks at
	mostDead = 10    // messages that are dead: each may have a MiB to be moved
)

// Receive takes messages that are visible at now and hides them. got is what it
// found, which may be nothing. The error is [ErrOverLimit] if too many messages
// are in flight and the caller does not wait (docs/aws/sqs.md#messages-in-flight).
func (q *Queue) Receive(now instant.Instant, ask *Ask, got *Received) error {
	now = q.advance(now)
	got.reset()
	visibility := ask.Visibility
	if visibility < 0 {
		visibility = q.set.Visibility
	}
	until := now.Add(visibility)
	attempt := q.set.FIFO && ask.Attempt != ""
	if attempt && q.repeatAttempt(ask.Attempt, now, until, got) {
		return nil
	}
	most := min(ask.Max, q.room())
	if most <= 0 {
		if q.set.FIFO || ask.Long {
			return nil
		}
		return ErrOverLimit
	}
	q.gather(now, until, most, ask.Long, got)
	if attempt {
		q.keepAttempt(ask.Attempt, now, until, got)
	}
	return nil
}

// gather delivers messages, no more than most.
func (q *Queue) gather(now, until instant.Instant, most int, long bool, got *Received) {
	q.begin(got)
	unruly := q.rng != nil && !q.set.FIFO
	if unruly {
		most = q.see(most, long, got)
	}
	for work := effort; work > 0 && len(got.Deliveries) < most && len(got.Dead) < mostDead; {
		group, found := q.choose()
		if !found {
			break
		}
		work -= q.receiveFrom(group, now, until, most, got)
		q.rank(group)
	}
	q.reveal(now)
	if unruly {
		q.repeat(got)
	}
	q.finish(got)
}

// receiveFrom delivers messages of one group: one of a standard queue, which then
// chooses again, as many as there are of a FIFO queue
// (docs/aws/sqs.md#message-groups). It returns how many it looked at.
func (q *Queue) receiveFrom(group uint32, now, until instant.Instant, most int, got *Received) (looked int) {
	dead := len(got.Dead)
	for looked < effort && len(got.Deliveries) < most && len(got.Dead) < mostDead {
		if len(got.Dead) > dead && !q.returned(group) {
			return looked // what follows a dead message of a FIFO queue waits until it is gone
		}
		ref, found := q.pick(group, now, got)
		if !found {
			return max(looked, 1)
		}
		looked++
		e := &q.entries.list[ref]
		switch {
		case q.isOver(ref, now):
			q.lose(ref)
		case q.set.Redrive != nil && e.receives >= uint32(q.set.Redrive.MaxReceiveCount): //nolint:gosec // 1 to 1,000
			got.Dead = append(got.Dead, e.id)
			q.uncount(ref)
			q.hide(ref, leaving, 0)
		case len(got.Dead) > dead:
			return looked // as above
		default:
			got.Deliveries = append(got.Deliveries, q.deliver(ref, now, until))
		}
		if !q.set.FIFO {
			return looked
		}
	}
	return looked
}

// returned reports whether the next message of a group is one that came back.
func (q *Queue) returned(group uint32) bool {
	order, _, found := q.next(group)
	_, entered := q.entries.byID[ID(order)]
	return found && entered
}

// pick returns the next message of a group that is visible and due, as an entry.
func (q *Queue) pick(group uint32, now instant.Instant, got *Received) (ref uint32, found bool) {
	id, fresh := q.freshOf(group)
	back := &q.groups.list[group].back
	switch {
	case back.len() > 0 && (!fresh || back.items[0].key < uint64(id)):
		ref = back.items[0].ref
		if q.rng != nil && !q.set.FIFO {
			ref = back.items[q.rng.IntN(min(back.len(), disorder))].ref
		}
		if e := &q.entries.list[ref]; e.stray {
			e.stray = false
			got.took(e.id)
		}
		return ref, true
	case !fresh:
		return 0, false
	case group == 0:
		got.took(id)
		return q.enter(now, entryOf(id, q.plain.takeFront(), 0)), true
	case q.set.FIFO && !q.grouped.isDue(id):
		return 0, false
	}
	r, _ := q.grouped.take(id) // freshOf returns what is there
	q.groups.list[group].fresh.pop()
	return q.enter(now, entryOf(id, r, group)), true
}

func entryOf(id ID, r run, group uint32) entry {
	return entry{id: id, sent: r.sent, since: r.since, group: group}
}

// deliver puts a visible message in flight.
func (q *Queue) deliver(ref uint32, now, until instant.Instant) Delivery {
	q.uncount(ref)
	e := &q.entries.list[ref]
	was := q.state(e)
	q.countReceive(ref, e.receives+1)
	if e.first == 0 {
		e.first = now
	}
	e.last = now
	q.hide(ref, flying, until) // if only until now, reveal shows it again
	return Delivery{ID: e.id, Group: q.groups.list[e.group].name, State: q.state(e), was: was}
}

// countReceive sets how often a message was received.
func (q *Queue) countReceive(ref, receives uint32) {
	e := &q.entries.list[ref]
	from := q.ages(e)
	e.receives = receives
	if to := q.ages(e); to != from {
		from.remove(q.entries.aged, q.entries.aged[ref])
		to.push(q.entries.aged, uint64(e.sent), ref)
	}
}

func (q *Queue) state(e *entry) State {
	return State{Receives: e.receives, First: q.outside(e.first), Last: q.outside(e.last), Until: q.outside(e.until)}
}

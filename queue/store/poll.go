package store

import (
	"container/list"
	"context"
	"time"

	"lullaby/instant"
)

// polls are the polls of a queue that wait, the one that has waited longest first.
// The lock of the queue guards them. One poll is woken at a time: it wakes the next
// if there is more than it takes.
type polls struct{ waiting list.List } // of *poll

// A poll is a long poll that waits.
type poll struct {
	woken chan struct{} // capacity 1; sent to once, by who takes the poll out of the list
	place *list.Element // nil: woken
}

// add has a poll wait: behind all others, or before them if it was woken in vain.
func (ps *polls) add(again bool) *poll {
	p := &poll{woken: make(chan struct{}, 1)}
	if again {
		p.place = ps.waiting.PushFront(p)
	} else {
		p.place = ps.waiting.PushBack(p)
	}
	return p
}

// remove takes a poll out that does not wait any more.
func (ps *polls) remove(p *poll) {
	if p.place != nil {
		ps.waiting.Remove(p.place)
		p.place = nil
	}
}

// wake wakes the first poll.
func (ps *polls) wake() {
	if first := ps.waiting.Front(); first != nil {
		p := first.Value.(*poll) //nolint:forcetypeassert // nothing else is in the list
		ps.remove(p)
		p.woken <- struct{}{}
	}
}

// wakeAll wakes every poll.
func (ps *polls) wakeAll() {
	for ps.waiting.Len() > 0 {
		ps.wake()
	}
}

// stirLocked wakes a poll if a message is visible at now, or asks for an alarm at
// the instant when one becomes visible. It is called after each change.
func (q *queue) stirLocked(now instant.Instant) {
	if q.polls.waiting.Len() == 0 {
		return
	}
	if q.model.Ready(now) {
		q.polls.wake()
	} else if next := q.model.Next(now); !next.IsZero() {
		q.e.alarms.set(q, next)
	}
}

// await waits until p is woken, ctx ends or a timer fires, and takes p out. It
// reports whether p was woken; if not, another poll may be.
func (q *queue) await(ctx context.Context, p *poll, timer *time.Timer) (woken bool) {
	select {
	case <-p.woken:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls.remove(p)
	select {
	case <-p.woken: // at the last moment, and in vain
		q.stirLocked(instant.Of(time.Now()))
	default:
	}
	return false
}

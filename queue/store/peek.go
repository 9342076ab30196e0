package store

import (
	"strings"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
	"lullaby/storage"
)

// A Depth is how full a queue is at an instant.
type Depth struct {
	model.Counts
	Name   string
	Oldest time.Duration // the age of the oldest message, as the metric has it; 0: there is none
	Dead   string        // the name of its dead-letter queue; empty: none
}

// Depths returns how full the queues are at now, in the order of their names. It is for
// people who look at a running stack: no queue becomes active by it.
func (e *Engine) Depths(now instant.Instant) []Depth {
	qs := e.all(func(*queue) bool { return true })
	depths := make([]Depth, 0, len(qs))
	for _, q := range qs {
		d := Depth{Name: q.name}
		if dead := e.deadLetterQueue(q); dead != nil {
			d.Dead = dead.name
		}
		q.mu.Lock()
		d.Counts = q.model.Counts(now)
		if oldest := q.model.Oldest(now); oldest != 0 {
			d.Oldest = max(0, now.Sub(oldest))
		}
		q.mu.Unlock()
		depths = append(depths, d)
	}
	return depths
}

// A Peeked is a message as it is in its queue.
type Peeked struct {
	ID         string
	Sent       instant.Instant
	Group      string          // empty: none
	Receives   uint64          // how often it was received, in queues before this one too
	Hidden     instant.Instant // until when nobody receives it; zero: it is visible
	Body       string
	Attributes map[string]request.MessageAttributeValue
}

// Bounds of one Peek: of the messages that it reads, and of the bytes of those that it
// returns, but for the last.
const (
	mostPeeked = 10_000
	mostShown  = 1 << 20
)

// Peek returns messages of a queue that are in it at now, visible, in flight or
// delayed, in the order of their sending. It is for people who look at a running
// stack: nothing is received, and no metric counts it. It begins behind the place that
// another Peek has returned, 0: at the beginning, and ends with most messages whose body
// contains a text. next is the place behind which the following Peek begins, 0 if there is
// nothing more; a Peek that has read very many messages, or large ones, ends early. The error is a
// refusal, or of storage.
func (e *Engine) Peek(now instant.Instant, name string, from uint64, most int, text string) (found []Peeked, next uint64, err error) {
	q, err := e.named(name)
	if err != nil {
		return nil, 0, err
	}
	lower, upper := keyOf(storage.Messages, q.number, from+1), keyOf(storage.Messages, q.number+1, 0)
	read, shown, last := 0, 0, from
	err = e.db.Scan(lower[:], upper[:], func(key, value []byte) (bool, error) {
		if len(found) == most || read == mostPeeked || shown >= mostShown {
			next = last
			return false, nil
		}
		read++
		last = idOf(key)
		var m message
		if err := parseMessage(&m, string(value)); err != nil {
			return false, err
		}
		if !strings.Contains(m.body, text) {
			return true, nil
		}
		q.mu.Lock()
		_, s, here := q.model.Look(now, model.ID(last))
		q.mu.Unlock()
		if here {
			shown += len(value)
			found = append(found, Peeked{
				ID: m.id.String(), Sent: m.sent, Group: m.group, Receives: m.receives + uint64(s.Receives),
				Hidden: s.Until, Body: m.body, Attributes: m.attributes,
			})
		}
		return true, nil
	})
	return found, next, err
}

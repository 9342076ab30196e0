package pager

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"lullaby/instant"
)

// Figures of how often pages are sent. Assumed: no vendor gives any but that a refused
// request may be repeated, later and later (docs/aws/paging.md#retries).
const (
	// GiveUp is how long after it was made a page is given up, by the first attempt that
	// fails then: as long as SNS's policies of deliveries last at most
	// (docs/aws/paging.md#retries). A machine that slept has one attempt left.
	GiveUp = time.Hour

	firstWait = time.Second // after the first failure; twice as long after each further one
	longWait  = time.Minute // at most
)

// An Outcome is what came of sending a page.
type Outcome uint8

// The outcomes.
const (
	Delivered Outcome = iota
	Refused           // the receiver does not take this page, however often it is sent
	Failed            // it was not delivered, and may be sent again
	Unknown           // it may have been delivered: no answer came, or the receiver failed
)

// An Entry is a page that a receiver has not got yet, as far as is known.
type Entry struct {
	Number uint64 // in the order of pages
	Page   Page
	Added  instant.Instant
	Maybe  bool `json:",omitzero"` // an attempt began that may have delivered it
	Lost   bool `json:",omitzero"` // a trigger that was given up: its recovery is not sent either

	tried instant.Instant // when it was last sent; zero: not since the program started
}

// An Outbox is the pages for one receiver, which waits for nobody else's. Its owner saves
// each Entry that a method returns, and deletes it if it is gone. The zero value is
// empty, but needs Rand. Not safe for concurrent use.
type Outbox struct {
	Rand *rand.Rand // spreads attempts

	entries  []*Entry // by Number
	sending  *Entry   // nil: none
	maybe    bool     // what the Maybe of sending was before
	failures int      // in a row
	rest     instant.Instant
	last     instant.Instant
}

// A Change is an entry as it is to be saved, or that is to be deleted.
type Change struct {
	*Entry

	Gone bool
}

// Restore puts back an entry that was saved. Entries come by their numbers.
func (o *Outbox) Restore(e Entry) { o.entries = append(o.entries, &e) }

// Len returns how many pages wait to be sent or are being sent.
func (o *Outbox) Len() int {
	n := 0
	for _, e := range o.entries {
		if !e.Lost {
			n++
		}
	}
	return n
}

// Add takes a page. The recovery of a trigger that nobody was told of is not sent, and
// neither is the trigger.
func (o *Outbox) Add(now instant.Instant, number uint64, p Page) []Change {
	var changes []Change
	if before := o.newest(p.Key); before != nil && before.Page.Kind == Trigger {
		switch {
		case p.Kind == Trigger && !before.Lost:
			return nil // it goes out already
		case p.Kind == Trigger:
			changes = o.drop(changes, before)
		case before == o.sending: // Done sees to it
		case before.Maybe:
			changes = o.drop(changes, before)
		default:
			return o.drop(changes, before)
		}
	}
	e := &Entry{Number: number, Page: p, Added: now}
	o.entries = append(o.entries, e)
	return append(changes, Change{Entry: e})
}

// newest returns the last entry of a key, nil if there is none.
func (o *Outbox) newest(key string) *Entry {
	for _, e := range slices.Backward(o.entries) {
		if e.Page.Key == key {
			return e
		}
	}
	return nil
}

// behind returns the entry of a key that follows another, nil if there is none.
func (o *Outbox) behind(of *Entry) *Entry {
	for _, e := range o.entries {
		if e.Page.Key == of.Page.Key && e.Number > of.Number {
			return e
		}
	}
	return nil
}

func (o *Outbox) drop(changes []Change, e *Entry) []Change {
	o.entries = slices.DeleteFunc(o.entries, func(other *Entry) bool { return other == e })
	return append(changes, Change{e, true})
}

// Next returns the entry that is to be sent now, nil if none is. The owner saves it,
// sends it, and calls Done. Of several the one goes first that was sent longest ago.
func (o *Outbox) Next(now instant.Instant) *Entry {
	o.follow(now)
	if o.sending != nil || now.Before(o.rest) {
		return nil
	}
	e := o.first()
	if e == nil {
		return nil
	}
	o.sending, o.maybe = e, e.Maybe
	e.tried, e.Maybe = now, true
	return e
}

// first returns the entry that is to be sent first: one that nothing of its key is
// before.
func (o *Outbox) first() *Entry {
	seen := map[string]bool{}
	var first *Entry
	for _, e := range o.entries {
		if e.Lost || seen[e.Page.Key] {
			continue
		}
		seen[e.Page.Key] = true
		if first == nil || cmp.Compare(e.tried, first.tried) < 0 {
			first = e
		}
	}
	return first
}

// Wake returns when Next is to be asked again, zero if only Add or Done change its
// answer.
func (o *Outbox) Wake() instant.Instant {
	if o.sending != nil || o.first() == nil {
		return 0
	}
	return max(o.rest, 1)
}

// A Report is what came of an attempt.
type Report struct {
	Outcome Outcome
	After   time.Duration // how long the receiver asks to be left alone; 0: it does not
}

// Done tells what came of the entry that Next returned. dropped reports whether the
// entry is not sent again although it was not delivered: it is given up, or its alarm is
// over.
func (o *Outbox) Done(now instant.Instant, r Report) (changes []Change, dropped bool) {
	o.follow(now)
	e := o.sending
	o.sending = nil
	switch r.Outcome {
	case Delivered:
		o.failures, o.rest = 0, 0
		return o.drop(nil, e), false
	case Refused, Failed:
		e.Maybe = o.maybe
	case Unknown:
	}
	if r.Outcome != Refused {
		o.wait(now, r.After)
	}
	if next := o.behind(e); next != nil && e.Page.Kind == Trigger { // it is over
		changes = o.drop(nil, e)
		if !e.Maybe {
			changes = o.drop(changes, next)
		}
		return changes, true
	}
	if r.Outcome != Refused && now.Sub(e.Added) < GiveUp {
		return []Change{{Entry: e}}, false
	}
	if e.Page.Kind == Recovery {
		return o.drop(nil, e), true
	}
	e.Lost = true
	return []Change{{Entry: e}}, true
}

// wait has the receiver be left alone after a failure: for a second, then twice as long
// each time, or as long as it asks for. Half of the wait is chance.
func (o *Outbox) wait(now instant.Instant, asked time.Duration) {
	d := longWait
	if o.failures < 6 {
		d = firstWait << o.failures
	}
	o.failures++
	d = d/2 + time.Duration(o.Rand.Int64N(int64(d/2)+1))
	o.rest = now.Add(max(d, min(asked, GiveUp)))
}

// follow has a wait last as long as it would have, if the clock was set back.
func (o *Outbox) follow(now instant.Instant) {
	if instant.Follow(o.last, now) < o.last && !o.rest.IsZero() {
		o.rest = o.rest.Add(now.Sub(o.last))
	}
	o.last = now
}

package plan

import (
	"slices"

	"lullaby/instant"
)

// Settle completes the changes that are due at now. It reports whether there were
// any, and the next instant at which one is due; zero: no change waits for time.
// An index that is being filled becomes Active once Filled is set. A deleted
// index is no longer in p.Indexes.
func (p *Plan) Settle(now instant.Instant) (changed bool, next instant.Instant) {
	s := settling{now: now}
	if p.Pending != nil && s.reached(p.Pending.Due) {
		p.complete(now)
	}
	if !p.StreamDue.IsZero() && s.reached(p.StreamDue) {
		p.StreamDue = 0
	}
	p.settleWarm(&s)
	gone := func(x Index) bool { return x.Phase == Deleting && s.reached(x.Due) }
	for i := range p.Indexes {
		p.Indexes[i].settle(&s)
	}
	p.Indexes = slices.DeleteFunc(p.Indexes, gone)
	return s.changed, s.next
}

// A settling is one call of Settle.
type settling struct {
	now     instant.Instant
	changed bool            // something was due
	next    instant.Instant // the earliest instant after now; zero: none
}

// reached reports whether at is not after now, and records the result in s.
func (s *settling) reached(at instant.Instant) bool {
	if !s.now.Before(at) {
		s.changed = true
		return true
	}
	if s.next.IsZero() || at.Before(s.next) {
		s.next = at
	}
	return false
}

// complete completes the pending change of the table.
func (p *Plan) complete(now instant.Instant) {
	c := p.Pending
	if c.Class != "" {
		p.Pending, p.Class, p.ClassSince = nil, c.Class, now
		return
	}
	p.Throughput.complete(now, c.Mode != OnDemand)
	if c.Mode == OnDemand {
		p.OnDemandSince = now
	}
	p.Mode = c.Mode
}

func (x *Index) settle(s *settling) {
	if x.Pending != nil && s.reached(x.Pending.Due) {
		x.complete(s.now, true)
	}
	x.settleWarm(s)
	if x.Phase == Allocating && s.reached(x.Allocated) {
		x.Phase = Backfilling
	}
	if x.Phase == Backfilling && x.Filled && s.reached(x.Due) {
		x.Phase = Active
	}
}

// settleWarm completes the raise of the warm throughput if it is due. Higher units
// may have raised it further meanwhile.
func (t *Throughput) settleWarm(s *settling) {
	if w := t.Warm; !w.Due.IsZero() && s.reached(w.Due) {
		u := w.raised()
		t.Warm = Warmth{Read: u.Read, Write: u.Write, Raised: true}
	}
}

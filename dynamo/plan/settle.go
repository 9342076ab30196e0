package plan

import (
	"slices"

	"lullaby/instant"
)

// Settle carries out what is due at now, and reports whether that was anything
// and when Settle is to be called again. A zero next means that nothing is
// waiting for time alone: an index that is being filled becomes ACTIVE once
// Filled is set. An index that was deleted is no longer in p.Indexes.
func (p *Plan) Settle(now instant.Instant) (changed bool, next instant.Instant) {
	s := settling{now: now}
	if p.Pending != nil && s.reached(p.Pending.Due) {
		p.complete(now)
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
	next    instant.Instant // the first instant that is not due yet; zero: none
}

// reached reports whether at has come, and notes it.
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

// complete makes the change of the table that is under way.
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

// settleWarm ends the raising of the warm throughput.
func (t *Throughput) settleWarm(s *settling) {
	if w := t.Warm; !w.Due.IsZero() && s.reached(w.Due) {
		t.Warm = Warmth{Read: w.NextRead, Write: w.NextWrite, Raised: true}
	}
}

package dynamo

import (
	"slices"
	"time"
)

// How long changes of tables take. AWS was measured on small tables in October
// 2026 (facts dynamodb-capacity.md 3 and 5.1; aws-controllers-k8s/
// dynamodb-controller, docs/api-quirks); the figures are from the middle of
// what was seen. Assumed: they do not grow with the table.
const (
	throughputTime    = 1500 * time.Millisecond // 1.0 to 2.3 s
	toProvisionedTime = 75 * time.Second        // 55 to 98 s
	toOnDemandTime    = 150 * time.Second       // 129 to 172 s
	backToOnDemand    = 4500 * time.Millisecond // 4 to 5 s, of tables that were on demand before
	classTime         = 5 * time.Second         // 3.6 to 6.1 s
	warmingTime       = 390 * time.Second       // 272 to 514 s
	rewarmingTime     = 2 * time.Second
	allocatingTime    = 30 * time.Second // 24 to 56 s
	backfillingTime   = 8 * time.Minute  // with the former 506 to 539 s, also of empty tables
	indexUpdatingTime = 2 * time.Second  // 2.0 to 4.0 s
	indexDeletingTime = 5 * time.Second  // 2.6 to 5.1 s
)

// settle carries out what is due in d at now, and returns when it is to be
// called again; the zero time is when something else than time brings it on.
func (d *description) settle(now time.Time) (settled bool, next time.Time) {
	due := func(at time.Time) bool {
		if !now.Before(at) {
			settled = true
			return true
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
		return false
	}
	if d.Change != nil && due(d.Change.Due) {
		d.carryOut(now)
	}
	d.warmUp(due)
	d.TTL.settle(due)
	d.settleKey(due)
	for i := range d.Indexes {
		x := &d.Indexes[i]
		if x.Change != nil && due(x.Change.Due) {
			x.changeUnits(x.Change, now, true)
			x.Change = nil
		}
		x.warmUp(due)
		switch {
		case x.Phase == phaseAllocating && due(x.Allocated):
			x.Phase = phaseBackfilling
			fallthrough
		case x.Phase == phaseBackfilling:
			if x.Filled && due(x.Due) {
				x.Phase = phaseActive
			}
		case x.Phase == phaseDeleting && due(x.Due):
			x.Due = time.Time{}
		}
	}
	gone := func(x indexDescription) bool { return x.Phase == phaseDeleting && x.Due.IsZero() }
	if slices.ContainsFunc(d.Indexes, gone) {
		d.Indexes = slices.DeleteFunc(d.Indexes, gone)
		d.prune()
	}
	return settled, next
}

// carryOut makes the change of the table that is under way.
func (d *description) carryOut(now time.Time) {
	c := d.Change
	d.Change = nil
	if c.Class != "" {
		d.Class, d.ClassSince = c.Class, now
		return
	}
	d.changeUnits(c, now, c.BillingMode != payPerRequest)
	if c.BillingMode == payPerRequest {
		d.OnDemandSince = now
	}
	d.BillingMode = c.BillingMode
}

// warmUp ends the raising of the warm throughput.
func (p *provision) warmUp(due func(time.Time) bool) {
	if w := p.Warm; !w.Due.IsZero() && due(w.Due) {
		p.Warm = warmth{Read: w.NextRead, Write: w.NextWrite, Raised: true}
	}
}

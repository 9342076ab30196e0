package dynamo

import (
	"cmp"
	"slices"
	"sync"

	"lullaby/capacity"
	"lullaby/instant"
)

// A tableCapacity is the capacity of a table and of its global indexes. Its mutex
// guards all of them.
type tableCapacity struct {
	sync.Mutex
	*capacity.Table

	dirty bool // changed since saveBalances last wrote it
}

// placement returns the position of a storage key among the table's partitions. A
// table with local indexes keeps each item collection in one partition, so its
// placement is the hash prefix alone (Developer Guide, "Local secondary
// indexes").
func (t *table) placement(key []byte) []byte {
	whole := placementOf(key)
	if t.hasLocal() {
		return whole[:min(len(whole), placementSize)]
	}
	return whole
}

// placementOf returns the part of a storage key that orders it within its table
// or index.
func placementOf(key []byte) []byte { return key[1+idSize:] }

// demands appends the capacity that the outcome requires of its table and global
// indexes. An index that does not change has a demand without cost, because the
// write must still wait for an index that is behind.
func (o *outcome) demands(dst []capacity.Demand) []capacity.Demand {
	dst = append(dst, capacity.Demand{
		Of: &o.t.capacity.Throughput, Direction: capacity.Write, Key: o.t.placement(o.key), Cost: o.costs.ofTable(),
	})
	for _, ix := range o.t.allIndexes() {
		if !ix.global {
			continue
		}
		i := slices.IndexFunc(o.entries, func(c entryChange) bool { return c.ix == ix })
		if i < 0 {
			dst = append(dst, capacity.Demand{Of: ix.capacity, Direction: capacity.Write})
			continue
		}
		for _, part := range o.entries[i].parts() {
			if part.cost > 0 {
				dst = append(dst, capacity.Demand{Of: ix.capacity, Direction: capacity.Write, Key: placementOf(part.key), Cost: part.cost})
			}
		}
	}
	return dst
}

// openWrite rejects a write that no cost could let through, because the table or
// a global index has no capacity left. Callers use it before the work that
// computes the cost. The error is a *ThrottleError.
func (e *Engine) openWrite(now instant.Instant, t *table, key []byte) error {
	if e.opts.Unlimited {
		return nil
	}
	var few [4]capacity.Demand
	demands := append(few[:0], capacity.Demand{Of: &t.capacity.Throughput, Direction: capacity.Write, Key: t.placement(key)})
	for _, ix := range t.allIndexes() {
		if ix.global {
			demands = append(demands, capacity.Demand{Of: ix.capacity, Direction: capacity.Write})
		}
	}
	t.capacity.Lock()
	v := capacity.Check(now, demands)
	events := t.events(now, &v, demands)
	t.capacity.Unlock()
	return refuse(v, events)
}

// readDemand returns the demand of a read that begins at a storage key of the
// table, or of ix if it is not nil. Assumed: a page of a Query that continues
// into other partitions is charged to the one where it begins.
func (t *table) readDemand(ix *index, key []byte, cost capacity.Tokens) capacity.Demand {
	d := capacity.Demand{Of: &t.capacity.Throughput, Direction: capacity.Read, Key: t.placement(key), Cost: cost}
	if ix != nil && ix.global {
		d.Of, d.Key = ix.capacity, placementOf(key)
	}
	return d
}

// open rejects a demand that no cost could let through. The error is a
// *ThrottleError.
func (e *Engine) open(now instant.Instant, t *table, d capacity.Demand) error {
	if e.opts.Unlimited {
		return nil
	}
	t.capacity.Lock()
	v := d.Check(now)
	events := t.events(now, &v, []capacity.Demand{d})
	t.capacity.Unlock()
	return refuse(v, events)
}

// admit charges the demands of one table and its indexes, all or none. The error
// is a *ThrottleError.
func (e *Engine) admit(now instant.Instant, t *table, demands ...capacity.Demand) error {
	if !e.opts.Unlimited {
		t.capacity.Lock()
		v := capacity.Admit(now, demands)
		events := t.events(now, &v, demands)
		t.capacity.dirty = true
		t.capacity.Unlock()
		if err := refuse(v, events); err != nil {
			return err
		}
	}
	t.countConsumed(now, demands...)
	return nil
}

// admitWrite charges the cost of an outcome. The error is a *ThrottleError.
func (e *Engine) admitWrite(now instant.Instant, o *outcome) error {
	var few [4]capacity.Demand
	return e.admit(now, o.t, o.demands(few[:0])...)
}

// charge takes the cost of a demand without a check, even if that leaves a debt.
// It charges the rest of an admitted request, or a failed attempt.
func (e *Engine) charge(now instant.Instant, t *table, d capacity.Demand) {
	t.countConsumed(now, d)
	if e.opts.Unlimited {
		return
	}
	t.capacity.Lock()
	d.Charge(now)
	t.capacity.dirty = true
	t.capacity.Unlock()
}

// chargeAttempt charges a write that failed.
func (e *Engine) chargeAttempt(now instant.Instant, m *mutation, cost capacity.Tokens) {
	e.charge(now, m.t, capacity.Demand{Of: &m.t.capacity.Throughput, Direction: capacity.Write, Key: m.t.placement(m.key), Cost: cost})
}

// lockCapacities locks the capacities of the tables in the order of their ids. It
// sorts tables in place.
func lockCapacities(tables []*table) (unlock func()) {
	slices.SortFunc(tables, func(a, b *table) int { return cmp.Compare(a.id, b.id) })
	tables = slices.Compact(tables)
	for _, t := range tables {
		t.capacity.Lock()
		t.capacity.dirty = true
	}
	return func() {
		for _, t := range tables {
			t.capacity.Unlock()
		}
	}
}

// refuse returns a *ThrottleError for a verdict that does not admit, and counts
// its throttle events. It returns nil for one that does.
func refuse(v capacity.Verdict, events []throttleEvent) error {
	if v.Admitted() {
		return nil
	}
	for i := range events {
		ev := &events[i]
		ev.meter.Throttle(ev.at, &ev.verdict)
	}
	return &ThrottleError{Verdict: v}
}

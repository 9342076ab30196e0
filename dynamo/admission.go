package dynamo

import (
	"cmp"
	"slices"
	"sync"

	"lullaby/capacity"
	"lullaby/instant"
)

// A tableCapacity is the capacity of a table and of its global indexes, under
// one lock.
type tableCapacity struct {
	sync.Mutex
	*capacity.Table

	dirty bool // changed since saveBalances last wrote it
}

// placement is where a key of the table lies among its partitions. No partition ends
// within an item collection if there are local indexes, for all its entries are
// in one (Developer Guide, "Local secondary indexes").
func (t *table) placement(key []byte) []byte {
	whole := placementOf(key)
	if t.hasLocal() {
		return whole[:min(len(whole), placementSize)]
	}
	return whole
}

// placementOf is where a storage key lies among those of its table or index.
func placementOf(key []byte) []byte { return key[1+idSize:] }

// demands appends what the outcome asks of its table and the global indexes. An
// index that does not change still has to keep up.
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

// openWrite refuses a write of a key that would be refused whatever it costs,
// before the work that finds that out: because of its table, or of an index that
// is not fed fast enough.
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

// readDemand is what a read asks that begins at a storage key of the table, or
// of an index if ix is not nil. Assumed: a page of a Query that goes on into
// other partitions is charged to the one where it begins.
func (t *table) readDemand(ix *index, key []byte, cost capacity.Tokens) capacity.Demand {
	d := capacity.Demand{Of: &t.capacity.Throughput, Direction: capacity.Read, Key: t.placement(key), Cost: cost}
	if ix != nil && ix.global {
		d.Of, d.Key = ix.capacity, placementOf(key)
	}
	return d
}

// open refuses what would be refused whatever it costs.
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

// admit charges demands of one table and its indexes, or refuses all of them.
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

// admitWrite charges what an outcome costs, or refuses it.
func (e *Engine) admitWrite(now instant.Instant, o *outcome) error {
	var few [4]capacity.Demand
	return e.admit(now, o.t, o.demands(few[:0])...)
}

// charge takes what a demand costs without asking: the rest of a request that
// was let in, or what one that failed has cost.
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

// chargeAttempt charges the attempt of a write that failed.
func (e *Engine) chargeAttempt(now instant.Instant, m *mutation, cost capacity.Tokens) {
	e.charge(now, m.t, capacity.Demand{Of: &m.t.capacity.Throughput, Direction: capacity.Write, Key: m.t.placement(m.key), Cost: cost})
}

// lockCapacities locks those of the tables, in the order of their ids.
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

// refuse returns the error of a verdict, and counts its throttle events.
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

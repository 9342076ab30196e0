package autoscale_test

import (
	"errors"
	"time"

	"lullaby/autoscale"
	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// A table is the table or its indexes, of which each has a meter.
type table struct {
	plan.Plan

	capacity *capacity.Table
	meters   map[string]*meter.Meter // by index; "": of the table
	orders   []autoscale.Order       // begun
	due      instant.Instant
	flows    []flow
}

// A flow is requests of a unit at even intervals.
type flow struct {
	direction         capacity.Direction
	next, end         instant.Instant
	every             time.Duration
	admitted, refused int
	refusals          []instant.Instant // the first and the last
}

func (w *world) addTable(name string, units plan.Units, drained bool, indexes []plan.IndexChange) {
	durations := w.rules.Durations
	durations.Creating, durations.IndexAllocating, durations.IndexBackfilling = 0, 0, 0
	t := &table{Plan: plan.New(w.now, name, &plan.Change{Units: &units, Indexes: indexes}, &durations), meters: map[string]*meter.Meter{}}
	assumed := *capacity.Likely
	if drained {
		assumed.StartBurst = 0
	}
	t.capacity = capacity.NewTable(w.now, name, t.Setting(), &assumed)
	t.meters[""] = meter.OfTable(w.store, name)
	for i := range t.Indexes {
		t.Indexes[i].Phase = plan.Active
		t.meters[t.Indexes[i].IndexName] = t.meters[""].OfIndex(t.Indexes[i].IndexName)
	}
	w.tables[name] = t
	w.provisioned(t)
}

// unitsOf returns the units that a resource has, zero if it has none.
func (w *world) unitsOf(r autoscale.Resource) autoscale.Current {
	t := w.tables[r.Table()]
	if t == nil {
		return autoscale.Current{Missing: true}
	}
	u, mode := t.Units, t.Mode
	if name := r.Index(); name != "" {
		x := t.Index(name)
		if x == nil {
			return autoscale.Current{Missing: true}
		}
		u = x.Units
	}
	switch {
	case mode == plan.OnDemand:
		return autoscale.Current{}
	case r.Reads():
		return autoscale.Current{Units: u.Read}
	}
	return autoscale.Current{Units: u.Write}
}

// request asks for a change as UpdateTable does.
func (w *world) request(t *table, c *plan.Change) error {
	if !t.due.IsZero() && t.due <= w.now {
		w.settle(t)
	}
	if err := t.Request(w.now, c, &w.rules); err != nil {
		return err
	}
	w.settle(t)
	return nil
}

// settle completes what is due of a table, and tells the scaler.
func (w *world) settle(t *table) {
	_, t.due = t.Settle(w.now)
	t.capacity.Set(w.now, t.Setting())
	w.provisioned(t)
	orders := t.orders
	t.orders = nil // what follows from the end of one may be another
	for _, o := range orders {
		pending := t.Pending
		if x := t.Index(o.Resource.Index()); x != nil {
			pending = x.Pending
		}
		switch {
		case w.unitsOf(o.Resource).Units == o.Units:
			w.finish(o)
		case pending != nil:
			t.orders = append(t.orders, o)
		default:
			w.apply(w.scaler.Finish(w.now, o.Activity, errors.New("Another change took its place")))
		}
	}
}

// drop deletes a table. The orders that are under way for it fail.
func (w *world) drop(t *table) {
	delete(w.tables, t.TableName)
	for _, of := range w.scaler.Targets() {
		if of.Resource.Table() == t.TableName {
			w.apply(w.scaler.Provisioned(w.now, of.Resource, 0))
		}
	}
	for _, o := range t.orders {
		w.carryOut(o)
	}
}

// provisioned tells the scaler the units of a table.
func (w *world) provisioned(t *table) {
	for _, of := range w.scaler.Targets() {
		if of.Resource.Table() == t.TableName {
			w.apply(w.scaler.Provisioned(w.now, of.Resource, w.unitsOf(of.Resource).Units))
		}
	}
}

// measure ends a minute.
func (w *world) measure(t *table) {
	for name, m := range t.meters {
		m.Idle(w.now.Add(-time.Minute))
		if w.now.Truncate(meter.GaugeEvery) != w.now {
			continue
		}
		if u := t.Units; name == "" {
			m.Provision(w.now, u.Read, u.Write)
		} else {
			m.Provision(w.now, t.Index(name).Units.Read, t.Index(name).Units.Write)
		}
	}
}

// flow sends the requests that are due.
func (t *table) flow(now instant.Instant) {
	for i := range t.flows {
		f := &t.flows[i]
		if f.next > now || f.next >= f.end {
			continue
		}
		v := capacity.Admit(now, []capacity.Demand{{Of: &t.capacity.Throughput, Direction: f.direction, Cost: capacity.Unit}})
		if v.Admitted() {
			f.admitted++
			t.meters[""].Consume(now, f.direction, capacity.Unit)
		} else {
			f.refused++
			t.meters[""].Throttle(now, &v)
			f.refusals = append(f.refusals[:min(1, len(f.refusals))], now)
		}
		f.next = f.next.Add(f.every)
	}
}

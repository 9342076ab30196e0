package rehearse

import (
	"lullaby/autoscale"
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// rules are the quotas and durations of changes of tables, as a running stack has
// them.
func (w *world) rules(region string) plan.Rules {
	return plan.Rules{Region: region, Unlimited: w.options.Unlimited, Durations: plan.Real}
}

// setUnits asks for other units of a table or an index in one direction, as
// UpdateTable does. The error is a refusal in AWS's words.
func (t *table) setUnits(w *world, now instant.Instant, r autoscale.Resource, units int64, rules *plan.Rules) error {
	next := t.plan.Clone()
	u, change := next.Units, plan.Change{}
	index := r.Index()
	if index == "" {
		change.Units = &u
	} else {
		if x := next.Index(index); x != nil {
			u = x.Units
		}
		change.Indexes = []plan.IndexChange{{Name: index, Units: &u}}
	}
	if r.Reads() {
		u.Read = units
	} else {
		u.Write = units
	}
	if err := next.Request(now, &change, rules); err != nil {
		return err
	}
	if err := rules.CheckUnits(&t.plan, &next, w.reserved()); err != nil {
		return err
	}
	t.plan = next
	t.settle(w, now)
	return nil
}

// reserved returns the units that the tables of the world reserve of the account's.
func (w *world) reserved() (sum plan.Units) {
	for _, t := range w.tables {
		sum = sum.Plus(t.plan.Reserved())
	}
	return sum
}

// wake completes the changes that are due.
func (t *table) wake(w *world, now instant.Instant, _ uint8, _ uint32) { t.settle(w, now) }

// settle completes the changes of the plan that are due, and schedules the next.
// What scales the table learns of its new units.
func (t *table) settle(w *world, now instant.Instant) {
	before := t.plan.Clone()
	changed, next := t.plan.Settle(now)
	if !next.IsZero() {
		w.schedule(next, t.number, 0, 0)
	}
	if !changed {
		return
	}
	t.resources[0].set(now, t.plan.Setting())
	for i := range t.plan.Indexes {
		t.resources[i+1].set(now, t.plan.IndexSetting(&t.plan.Indexes[i]))
	}
	if w.scaling != nil {
		w.scaling.settled(w, now, t, &before)
	}
}

// set sets the capacity of a resource from now on.
func (r *resource) set(now instant.Instant, s capacity.Setting) {
	if r.throughput.Setting() != s {
		r.throughput.Set(now, s)
	}
}

// changing reports whether the units of a table or an index are changing.
func (t *table) changing(now instant.Instant, r autoscale.Resource) bool {
	if x := t.plan.Index(r.Index()); x != nil {
		return t.plan.IndexStatus(now, x) == plan.StatusUpdating
	}
	return t.plan.Status(now) == plan.StatusUpdating
}

// unitsOf returns the units of the table, or of one of its indexes, in a direction,
// and whether there is such an index.
func unitsOf(p *plan.Plan, r autoscale.Resource) (units int64, found bool) {
	u := p.Units
	if index := r.Index(); index != "" {
		x := p.Index(index)
		if x == nil {
			return 0, false
		}
		u = x.Units
	}
	if r.Reads() {
		return u.Read, true
	}
	return u.Write, true
}

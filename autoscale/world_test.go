package autoscale_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lullaby/autoscale"
	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/watch"
)

// A world is an account in virtual time: tables with their capacity and their control
// plane, their metrics, the alarms on them, and the scaler that the alarms ask.
type world struct {
	now    instant.Instant
	store  *watch.Store
	alarms *watch.Alarms
	scaler *autoscale.Scaler
	tables map[string]*table
	rules  plan.Rules
	ids    int

	alarmsTold bool
	told       []string
}

// midnight is when scripts begin.
var midnight = instant.Of(time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC))

func newWorld() *world {
	w := &world{
		now: midnight, store: &watch.Store{}, alarms: &watch.Alarms{Assumed: watch.Likely}, tables: map[string]*table{},
		rules: plan.Rules{Region: "us-east-1", Durations: plan.Real},
	}
	w.scaler = &autoscale.Scaler{Assumed: autoscale.Likely, NewID: w.newID}
	return w
}

func (w *world) newID() string {
	w.ids++
	return fmt.Sprint(w.ids)
}

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
	direction          capacity.Direction
	next, end          instant.Instant
	every              time.Duration
	admitted, refused  int
	refusals, accepted []instant.Instant // the first and the last
}

func (w *world) addTable(name string, units plan.Units, drained bool, indexes []plan.IndexChange) *table {
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
	return t
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
	if err := t.Request(w.now, c, &w.rules); err != nil {
		return err
	}
	_, t.due = t.Settle(w.now)
	return nil
}

// carryOut carries out an order, and reports it if it was refused.
func (w *world) carryOut(o autoscale.Order) {
	t := w.tables[o.Resource.Table()]
	if t == nil {
		w.apply(w.scaler.Finish(w.now, o.Activity, errors.New("Requested resource not found: Table: "+o.Resource.Table()+" not found")))
		return
	}
	c, u := &plan.Change{}, t.Units
	x := t.Index(o.Resource.Index())
	if x != nil {
		u = x.Units
	}
	if o.Resource.Reads() {
		u.Read = o.Units
	} else {
		u.Write = o.Units
	}
	if x != nil {
		c.Indexes = []plan.IndexChange{{Name: x.IndexName, Units: &u}}
	} else {
		c.Units = &u
	}
	err := w.request(t, c)
	if errors.Is(err, refusal.InUse) {
		err = autoscale.ErrBusy
	}
	if err != nil {
		w.apply(w.scaler.Finish(w.now, o.Activity, err))
		return
	}
	t.orders = append(t.orders, o)
}

// settle completes what is due of a table, and tells the scaler.
func (w *world) settle(t *table) {
	_, t.due = t.Settle(w.now)
	t.capacity.Set(w.now, t.Setting())
	w.provisioned(t)
	var waiting []autoscale.Order
	for _, o := range t.orders {
		if w.unitsOf(o.Resource).Units == o.Units {
			w.apply(w.scaler.Finish(w.now, o.Activity, nil))
		} else {
			waiting = append(waiting, o)
		}
	}
	t.orders = waiting
}

// provisioned tells the scaler the units of a table.
func (w *world) provisioned(t *table) {
	for _, of := range w.scaler.Targets() {
		if of.Resource.Table() == t.TableName {
			w.apply(w.scaler.Provisioned(w.now, of.Resource, w.unitsOf(of.Resource).Units))
		}
	}
}

// apply does what the scaler wants.
func (w *world) apply(e autoscale.Effects) {
	for i := range e.Activities {
		w.tell("%s", activity(&e.Activities[i]))
	}
	w.alarms.Delete(e.DeleteAlarms...)
	for _, m := range e.PutAlarms {
		if err := w.alarms.Put(w.now, m); err != nil {
			w.tell("no alarm: %v", err)
		}
	}
	for _, o := range e.Orders {
		w.carryOut(o)
	}
}

func activity(a *autoscale.Activity) string {
	text := fmt.Sprintf("%s: %s (%s)", a.Status, strings.TrimSuffix(a.Description, "."), short(a.Cause))
	for _, r := range a.NotScaledReasons {
		text += fmt.Sprintf(" %s", r.Code)
		for name, n := range map[string]int64{" min=": r.MinCapacity, " max=": r.MaxCapacity, " current=": r.CurrentCapacity} {
			if n != 0 {
				text += fmt.Sprint(name, n)
			}
		}
	}
	if a.Status == autoscale.Failed && a.NotScaledReasons == nil {
		text += "; " + a.StatusMessage
	}
	return text
}

// short shortens AWS's cause of an action of an alarm.
func short(cause string) string {
	cause = strings.ReplaceAll(cause, "TargetTracking-table/", "")
	return strings.ReplaceAll(strings.ReplaceAll(cause, "monitor alarm ", ""), " in state ALARM triggered policy ", " by ")
}

func (w *world) tell(format string, args ...any) {
	w.told = append(w.told, fmt.Sprintf("%s %s", clock(w.now), fmt.Sprintf(format, args...)))
}

// clock returns the time of day, and the day if it is another than the first.
func clock(at instant.Instant) string {
	text := strings.TrimSuffix(at.Time().Format("15:04:05.000"), ".000")
	if days := at.Truncate(24*time.Hour).Sub(midnight) / (24 * time.Hour); days != 0 {
		return fmt.Sprintf("%s+%d", text, days)
	}
	return text
}

// evaluate lets the alarms be judged and do what they do.
func (w *world) evaluate() {
	for _, event := range w.alarms.Evaluate(w.now, w.store) {
		if event.Changed && w.alarmsTold {
			w.tell("%s %s -> %s", short(strings.TrimPrefix(event.Alarm, "TargetTracking-table/")), event.Old.Value, event.New.Value)
		}
		for _, action := range event.Actions {
			e, err := w.scaler.Act(w.now, action, &event)
			if err != nil {
				w.tell("refused: %v", err)
			}
			w.apply(e)
		}
	}
}

// run lets time go by until an instant: what is due at one is done in the order of the
// cases.
func (w *world) run(to instant.Instant) {
	for {
		minute := w.now.Truncate(time.Minute).Add(time.Minute)
		judged := w.alarms.Next(w.now)
		wake := w.scaler.Next(w.now)
		next := min(to, minute, judged)
		for _, at := range w.dues(wake) {
			next = min(next, max(at, w.now))
		}
		w.now = next
		for _, name := range slices.Sorted(maps.Keys(w.tables)) {
			t := w.tables[name]
			if !t.due.IsZero() && t.due <= w.now {
				w.settle(t)
			}
			t.flow(w.now)
			if minute == w.now {
				w.measure(t)
			}
		}
		if judged == w.now {
			w.evaluate()
		}
		if !wake.IsZero() && wake <= w.now {
			w.apply(w.scaler.Wake(w.now))
		}
		if w.now == to {
			return
		}
	}
}

func (w *world) dues(wake instant.Instant) []instant.Instant {
	var all []instant.Instant
	if !wake.IsZero() {
		all = append(all, wake)
	}
	for _, t := range w.tables {
		if !t.due.IsZero() {
			all = append(all, t.due)
		}
		for i := range t.flows {
			if f := &t.flows[i]; f.next < f.end {
				all = append(all, f.next)
			}
		}
	}
	return all
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

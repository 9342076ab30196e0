package autoscale_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/autoscale"
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
	failure    string // the last

	kept       map[autoscale.Resource]string // what a store would have
	activities map[int64]autoscale.Activity
	inFlight   map[autoscale.Resource]string // activities
	broken     []string                      // what may not be
}

// midnight is when scripts begin.
var midnight = instant.Of(time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC))

func newWorld() *world {
	w := &world{
		now: midnight, store: &watch.Store{}, alarms: &watch.Alarms{Assumed: watch.Likely}, tables: map[string]*table{},
		kept: map[autoscale.Resource]string{}, activities: map[int64]autoscale.Activity{}, inFlight: map[autoscale.Resource]string{},
		rules: plan.Rules{Region: "us-east-1", Durations: plan.Real},
	}
	w.scaler = &autoscale.Scaler{Assumed: autoscale.Likely, NewID: w.newID}
	return w
}

func (w *world) newID() string {
	w.ids++
	return strconv.Itoa(w.ids)
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

// finish tells that an order is done, after which the units are inside the bounds, or an
// order that moves them there is under way or was refused.
func (w *world) finish(o autoscale.Order) {
	w.apply(w.scaler.Finish(w.now, o.Activity, nil))
	of, ok := w.scaler.Target(o.Resource)
	all := w.scaler.Activities(w.now)
	if ok && of.Order == nil && (len(all) == 0 || all[0].Status != autoscale.Failed) {
		w.inBounds(o.Resource, of.Units, "there")
	}
}

func (w *world) inBounds(r autoscale.Resource, units int64, are string) {
	if of, ok := w.scaler.Target(r); ok && (units < of.MinCapacity || units > of.MaxCapacity) {
		w.broken = append(w.broken, fmt.Sprintf("%d units of %v are %s, outside of %d..%d", units, r, are, of.MinCapacity, of.MaxCapacity))
	}
}

// apply does what the scaler wants.
func (w *world) apply(e autoscale.Effects) {
	w.keep(&e)
	for i := range e.Activities {
		w.tellActivity(&e.Activities[i])
	}
	w.alarms.Delete(e.DeleteAlarms...)
	for _, m := range e.PutAlarms {
		if err := w.alarms.Put(w.now, m); err != nil {
			w.tell("no alarm: %v", err)
		}
	}
	for _, o := range e.Orders {
		if other := w.inFlight[o.Resource]; other != "" && other != o.Activity {
			w.broken = append(w.broken, fmt.Sprintf("two orders are under way for %v: %s and %s", o.Resource, other, o.Activity))
		}
		if w.inFlight[o.Resource] == "" { // one that is given out again may be under way since before a restart
			w.inBounds(o.Resource, o.Units, "ordered")
		}
		w.inFlight[o.Resource] = o.Activity
		w.carryOut(o)
	}
}

// keep does what a store does.
func (w *world) keep(e *autoscale.Effects) {
	for _, r := range e.Changed {
		delete(w.kept, r)
		if of, ok := w.scaler.Target(r); ok {
			w.kept[r] = encoded(of)
		}
	}
	for _, a := range e.Activities {
		w.activities[a.Number] = a
		if a.Status != autoscale.InProgress && w.inFlight[a.Resource] == a.ID {
			delete(w.inFlight, a.Resource)
		}
	}
	for _, number := range e.Forgotten {
		delete(w.activities, number)
	}
}

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
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

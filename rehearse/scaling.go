package rehearse

import (
	"errors"
	"slices"

	"lullaby/autoscale"
	"lullaby/dynamo/plan"
	tables "lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/internal/uuid"
	"lullaby/rehearse/report"
	"lullaby/template"
	"lullaby/watch"
)

// A scaling is Application Auto Scaling: it acts on the alarms of its policies and at
// the times of scheduled actions, and changes the units of tables as a person would.
// Its only event is the next time for which its scaler asks.
type scaling struct {
	number uint16
	scaler autoscale.Scaler
	rules  plan.Rules
	orders []autoscale.Order // that tables carry out
	due    instant.Instant   // of the event to come; zero: none
}

// newScaling adds a scaling without targets to the world.
func (w *world) newScaling(t *template.Template) *scaling {
	rng := w.options.chance(chanceOfIDs, "")
	s := &scaling{rules: w.rules(t.Scope.Region)}
	s.scaler = autoscale.Scaler{
		Assumed: autoscale.Likely, Scope: t.Scope,
		NewID: func() string { return uuid.Of(rng.Uint64(), rng.Uint64()) },
	}
	if w.options.Pessimistic {
		s.scaler.Assumed = autoscale.Strict
	}
	s.number = w.add(s)
	return s
}

// declare makes a target with its policies and scheduled actions, with at least so many
// units as its minimum. The error is a refusal.
func (s *scaling) declare(w *world, of *template.ScalableTarget, minimum int64) error {
	now, r := w.start, resourceOf(of)
	t := w.tableNamed(r.Table())
	units, _ := unitsOf(&t.plan, r)
	t.resourceOf(r).step(w, now, directionOf(r), units, "")
	_, effects, err := s.scaler.Register(now, raised(of, minimum), autoscale.Current{Units: units})
	if err != nil {
		return err
	}
	s.carry(w, now, &effects)
	for _, p := range of.Policies {
		_, effects, err := s.scaler.PutPolicy(now, p.Put)
		if err != nil {
			return err
		}
		s.carry(w, now, &effects)
	}
	for _, a := range of.Actions {
		effects, err := s.scaler.PutScheduledAction(now, a)
		if err != nil {
			return err
		}
		s.carry(w, now, &effects)
	}
	return nil
}

// act lets a policy act on an event of an alarm. An alarm of the template may name a
// policy that does not exist.
func (s *scaling) act(w *world, e *watch.Event, policy string) {
	if effects, err := s.scaler.Act(e.At, policy, e); err == nil {
		s.carry(w, e.At, &effects)
	}
}

// wake runs what is due: scheduled actions, and orders that met a changing table.
func (s *scaling) wake(w *world, now instant.Instant, _ uint8, _ uint32) {
	if now != s.due {
		return // an earlier event took its place
	}
	s.due = 0
	effects := s.scaler.Wake(now)
	s.carry(w, now, &effects)
}

// carry carries out what the scaler asks for, in its order.
func (s *scaling) carry(w *world, now instant.Instant, do *autoscale.Effects) {
	alarms := &w.watcher.alarms
	alarms.Delete(do.DeleteAlarms...)
	for i := range do.PutAlarms {
		if err := alarms.Put(now, do.PutAlarms[i]); err != nil {
			panic(err) // the scaler's alarms have nothing to be refused
		}
	}
	for _, o := range do.Orders {
		s.order(w, now, o)
	}
	if next := s.scaler.Next(now); !next.IsZero() && (s.due.IsZero() || next < s.due) {
		s.due = next
		w.scheduleClock(next, s.number)
	}
}

// order asks a table for other units, unless it has them.
func (s *scaling) order(w *world, now instant.Instant, o autoscale.Order) {
	t := w.tableNamed(o.Resource.Table())
	if units, _ := unitsOf(&t.plan, o.Resource); units == o.Units && !t.changing(now, o.Resource) {
		s.finish(w, now, o.Activity, nil)
		return
	}
	s.orders = append(s.orders, o)
	err := t.setUnits(w, now, o.Resource, o.Units, &s.rules)
	if errors.Is(err, tables.InUse) {
		err = autoscale.ErrBusy
	}
	if err != nil {
		s.finish(w, now, o.Activity, err)
	}
}

// finish tells the scaler what became of an order.
func (s *scaling) finish(w *world, now instant.Instant, activity string, err error) {
	s.orders = slices.DeleteFunc(s.orders, func(o autoscale.Order) bool { return o.Activity == activity })
	effects := s.scaler.Finish(now, activity, err)
	s.carry(w, now, &effects)
}

// settled tells the scaler what units a table has, after changes that are complete,
// and which orders are done.
func (s *scaling) settled(w *world, now instant.Instant, t *table, before *plan.Plan) {
	for _, r := range t.dimensions() {
		was, _ := unitsOf(before, r)
		is, found := unitsOf(&t.plan, r)
		if !found || was == is {
			continue
		}
		i := slices.IndexFunc(s.orders, func(o autoscale.Order) bool { return o.Resource == r })
		activity := s.orders[i].Activity // nobody else changes a table
		t.resourceOf(r).step(w, now, directionOf(r), is, s.cause(now, activity))
		effects := s.scaler.Provisioned(now, r, is)
		s.carry(w, now, &effects)
		s.finish(w, now, activity, nil)
	}
}

// cause returns why an activity began.
func (s *scaling) cause(now instant.Instant, id string) string {
	for _, a := range s.scaler.Activities(now) {
		if a.ID == id {
			return a.Cause
		}
	}
	return ""
}

// report adds the activities to a report, the first one first. Those that changed
// nothing are told once for each time in which they followed each other.
func (s *scaling) report(w *world, to *report.Report) {
	all := s.scaler.Activities(w.now)
	for i := range slices.Backward(all) {
		a := &all[i]
		told := report.Activity{
			At: w.since(a.Start), Ended: w.since(a.End), Resource: nameOf(a.Resource), Direction: directions[directionOf(a.Resource)],
			Description: a.Description, Cause: a.Cause, Status: string(a.Status), Message: a.StatusMessage, Times: 1, Last: w.since(a.Start),
		}
		if a.End.IsZero() {
			told.Ended = told.At
		}
		for _, reason := range a.NotScaledReasons {
			told.NotScaled = reason.Code
		}
		to.AddActivity(told)
	}
}

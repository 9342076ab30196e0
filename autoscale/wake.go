package autoscale

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lullaby/instant"
)

// Next returns when Wake is to be called next, the zero instant if nothing waits for
// time.
func (s *Scaler) Next(now instant.Instant) instant.Instant {
	var next instant.Instant
	earliest := func(at instant.Instant) {
		if !at.IsZero() && (next.IsZero() || at < next) {
			next = at
		}
	}
	if s.unowned {
		return now
	}
	for _, t := range s.targets {
		earliest(t.again)
		for _, at := range t.timers {
			earliest(at.due)
		}
	}
	return next
}

// Wake runs the scheduled actions that are due, each once however often it was
// missed, and gives out again the orders that met a changing table.
func (s *Scaler) Wake(now instant.Instant) (e Effects) {
	s.forget(&e, now)
	s.disown(&e, now)
	for _, t := range s.targets {
		if !t.again.IsZero() && (now >= t.again || t.again.Sub(now) > s.Assumed.Again) {
			s.orderAgain(&e, now, t)
		}
		for _, d := range t.due(now) {
			s.run(&e, now, t, d)
		}
	}
	return e
}

// orderAgain gives out the order of a target again, unless somebody else has done
// what it asks for.
func (s *Scaler) orderAgain(e *Effects, now instant.Instant, t *target) {
	t.again = 0
	if t.Order.Units == t.Units {
		s.finish(e, now, t, nil)
		return
	}
	e.Orders = append(e.Orders, t.Order.Order)
}

// disown ends the activities whose target was deregistered before a restart.
func (s *Scaler) disown(e *Effects, now instant.Instant) {
	if !s.unowned {
		return
	}
	s.unowned = false
	for _, a := range s.activities {
		t := s.find(a.Resource)
		if a.Status != InProgress || t != nil && t.Order != nil && t.Order.Activity == a.ID {
			continue
		}
		a.Status, a.End = Failed, now
		a.StatusMessage = "Failed to set " + a.Resource.words() + ". Reason: the scalable target was deregistered"
		e.tell(a)
	}
}

// A dueAction is a scheduled action that is due, since when.
type dueAction struct {
	index int
	due   instant.Instant
}

// due returns the scheduled actions of a target that are due, in the order of their
// times, and sets their timers to the next. After a time in which nobody called Wake, an
// action is due once, at the last of its times. If the clock was set back,
// actions are due when it says so.
func (t *target) due(now instant.Instant) []dueAction {
	var all []dueAction
	for i := range t.ScheduledActions {
		a := &t.ScheduledActions[i]
		at := t.timers[a.Name]
		if _, ok := since(now, a.Passed); !ok {
			a.Passed = now
			at.due = at.after(a, now)
		}
		if at.due.IsZero() || at.due > now {
			continue
		}
		all = append(all, dueAction{i, at.last(a, now)})
	}
	slices.SortStableFunc(all, func(a, b dueAction) int { return cmp.Compare(a.due, b.due) })
	return all
}

// last returns the last time at which an action was due, which it was at least once.
func (at *timer) last(a *ScheduledAction, now instant.Instant) instant.Instant {
	last := at.due
	if recent := at.after(a, max(at.due, now.Add(-24*time.Hour))); !recent.IsZero() && recent <= now {
		last = recent
	}
	for {
		next := at.after(a, last)
		if next.IsZero() || next > now {
			return last
		}
		last = next
	}
}

// run runs a scheduled action: it sets bounds, and moves the units into them
// (docs/aws/autoscaling.md#scheduled-actions).
func (s *Scaler) run(e *Effects, now instant.Instant, t *target, d dueAction) {
	t.ScheduledActions = slices.Clone(t.ScheduledActions) // who has the target's description keeps it
	a := &t.ScheduledActions[d.index]
	a.Passed = now
	at := t.timers[a.Name]
	at.due = at.after(a, now)
	e.changed(t)
	if t.Suspended.Scheduled {
		return
	}
	least, most := bounds(t, a.Action.MinCapacity, a.Action.MaxCapacity)
	var parts []string
	if a.Action.MinCapacity != nil {
		parts = append(parts, fmt.Sprintf("min capacity to %d", least))
	}
	if a.Action.MaxCapacity != nil {
		parts = append(parts, fmt.Sprintf("max capacity to %d", most))
	}
	what := strings.Join(parts, " and ")
	of := s.activity(e, now, t.Resource, "Setting "+what, "scheduled action name "+a.Name+" was triggered")
	of.Status, of.StatusMessage = Successful, "Successfully set "+what
	if least > most {
		of.Status, of.StatusMessage = Failed, "Failed to set "+what+". Reason: Maximum capacity cannot be less than minimum capacity"
	}
	e.tell(of)
	if least > most {
		return
	}
	t.MinCapacity, t.MaxCapacity = least, most
	s.enforce(e, now, t)
}

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
		for i := range t.ScheduledActions {
			a := &t.ScheduledActions[i]
			if _, ok := since(now, a.Passed); !ok {
				return now // the clock was set back
			}
			earliest(t.timers[a.Name].due)
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
		changed := false
		for _, d := range t.due(&e, now) {
			changed = s.run(&e, now, t, d) || changed
		}
		if changed {
			s.enforce(&e, now, t) // which may override an order that waits
		}
		if !t.again.IsZero() && (now >= t.again || t.again.Sub(now) > s.Assumed.Again) {
			s.orderAgain(&e, now, t)
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
func (t *target) due(e *Effects, now instant.Instant) []dueAction {
	var all []dueAction
	for i := range t.ScheduledActions {
		a := &t.ScheduledActions[i]
		at := t.timers[a.Name]
		if _, ok := since(now, a.Passed); !ok {
			t.pass(e, now, i)
			a = &t.ScheduledActions[i]
		}
		if at.due.IsZero() || at.due > now {
			continue
		}
		all = append(all, dueAction{i, at.last(a, now)})
	}
	slices.SortStableFunc(all, func(a, b dueAction) int { return cmp.Compare(a.due, b.due) })
	return all
}

// pass notes that what was due of a scheduled action until now was done, or missed.
func (t *target) pass(e *Effects, now instant.Instant, i int) {
	t.ScheduledActions = slices.Clone(t.ScheduledActions) // who has the target's description keeps it
	a := &t.ScheduledActions[i]
	a.Passed = now
	at := t.timers[a.Name]
	at.due = at.after(a, now)
	e.changed(t)
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

// run runs a scheduled action, and reports whether it set bounds, into which the units
// are to be moved (docs/aws/autoscaling.md#scheduled-actions).
func (s *Scaler) run(e *Effects, now instant.Instant, t *target, d dueAction) (set bool) {
	t.pass(e, now, d.index)
	a := &t.ScheduledActions[d.index]
	if t.Suspended.Scheduled {
		return false
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
		return false
	}
	t.MinCapacity, t.MaxCapacity = least, most
	return true
}

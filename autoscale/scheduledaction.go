package autoscale

import (
	"cmp"
	"slices"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/instant"
	"lullaby/internal/schedule"
)

// A ScheduledAction changes the bounds of a target at a time, or again and again.
type ScheduledAction struct {
	ARN      string
	Name     string
	Schedule string
	Timezone string                       `json:",omitzero"` // empty: UTC
	Start    instant.Instant              `json:",omitzero"` // zero: none
	End      instant.Instant              `json:",omitzero"` // zero: none
	Action   request.ScalableTargetAction // one bound or both
	Created  instant.Instant

	Passed instant.Instant // what was due until then was done, or missed
}

// maxActions is how many scheduled actions a target has at most
// (docs/aws/autoscaling.md#quotas).
const maxActions = 200

func (t *target) scheduled(name string) (i int, found bool) {
	return slices.BinarySearchFunc(t.ScheduledActions, name, func(a ScheduledAction, name string) int { return cmp.Compare(a.Name, name) })
}

// PutScheduledAction makes a scheduled action of a target or changes one. Times that the
// request does not have are removed; what else it does not have stays
// (docs/aws/autoscaling.md#scheduled-actions). An action that is put again as it is still
// does what it missed. The error is a refusal.
func (s *Scaler) PutScheduledAction(now instant.Instant, in *request.PutScheduledActionInput) (e Effects, err error) {
	if err := in.Check(); err != nil {
		return e, err
	}
	t, err := s.registered(&in.Scalable, "scalable target registered")
	if err != nil {
		return e, err
	}
	i, exists := t.scheduled(*in.ScheduledActionName)
	a := ScheduledAction{Name: *in.ScheduledActionName, Created: now}
	switch {
	case exists:
		a = t.ScheduledActions[i]
	case in.Schedule == nil || in.ScalableTargetAction == nil:
		return e, refusal.Invalid("Schedule and ScalableTargetAction must be specified for a new scheduled action")
	case len(t.ScheduledActions) >= maxActions:
		return e, refusal.Newf(refusal.LimitExceeded, "The scalable target has %d scheduled actions already", maxActions)
	default:
		a.ARN = s.Scope.ARN("autoscaling", "scheduledAction:"+s.NewID()+":resource/dynamodb/"+t.Resource.ID+":scheduledActionName/"+a.Name)
	}
	was := encoded(&a)
	a.set(in)
	if exists && encoded(&a) == was {
		return e, nil
	}
	a.Passed = now
	t.ScheduledActions = slices.Clone(t.ScheduledActions) // who has the target's description keeps it
	if exists {
		t.ScheduledActions[i] = a
	} else {
		t.ScheduledActions = slices.Insert(t.ScheduledActions, i, a)
	}
	t.arm(&t.ScheduledActions[i])
	e.changed(t)
	return e, nil
}

func (a *ScheduledAction) set(in *request.PutScheduledActionInput) {
	if in.Schedule != nil {
		a.Schedule = *in.Schedule
	}
	if in.Timezone != nil {
		a.Timezone = *in.Timezone
	}
	if in.ScalableTargetAction != nil {
		a.Action = *in.ScalableTargetAction
	}
	a.Start, a.End = 0, 0
	if in.StartTime != nil {
		a.Start = in.StartTime.Instant()
	}
	if in.EndTime != nil {
		a.End = in.EndTime.Instant()
	}
}

// DeleteScheduledAction deletes a scheduled action. The error is a refusal.
func (s *Scaler) DeleteScheduledAction(_ instant.Instant, in *request.DeleteScheduledActionInput) (e Effects, err error) {
	if err := in.Check(); err != nil {
		return e, err
	}
	missing := notFound("scheduled action found", &in.Scalable, ", scheduled action name: "+*in.ScheduledActionName)
	t := s.find(resourceIn(&in.Scalable))
	if t == nil {
		return e, missing
	}
	i, exists := t.scheduled(*in.ScheduledActionName)
	if !exists {
		return e, missing
	}
	delete(t.timers, t.ScheduledActions[i].Name)
	t.ScheduledActions = slices.Delete(slices.Clone(t.ScheduledActions), i, i+1)
	e.changed(t)
	return e, nil
}

// arm sets the timer of a scheduled action, which was checked.
func (t *target) arm(a *ScheduledAction) {
	at := &timer{}
	t.timers[a.Name] = at
	zone, err := schedule.Zone(a.Timezone)
	if err != nil {
		return // it was kept by a program with more zones than this one
	}
	if at.schedule, err = schedule.Parse(a.Schedule, zone); err == nil {
		at.due = at.after(a, a.Passed)
	}
}

// after returns when the action is due first after an instant, zero if never more. A
// rate begins with the start, if there is one, else one time after the creation.
func (at *timer) after(a *ScheduledAction, now instant.Instant) instant.Instant {
	from, anchor := now, a.Created
	if !a.Start.IsZero() {
		from, anchor = max(now, a.Start-1), a.Start
	}
	due, ok := at.schedule.Next(from.Time(), anchor.Time())
	if !ok || due.Year() > 2261 || !a.End.IsZero() && instant.Of(due) > a.End {
		return 0
	}
	return instant.Of(due)
}

package autoscale

import (
	"errors"
	"fmt"
	"slices"

	"lullaby/instant"
)

// A Pending is an order under way, and where it comes from.
type Pending struct {
	Order
	Since  instant.Instant
	From   int64  // units before it
	Policy string `json:",omitzero"` // ARN of the policy that gave it; empty: the bounds did
}

// order begins an order and its activity. The target has none.
func (s *Scaler) order(e *Effects, now instant.Instant, t *target, units int64, cause, policy string) {
	a := s.activity(e, now, t.Resource, fmt.Sprintf("Setting %s to %d.", t.Resource.words(), units), cause)
	a.Status = InProgress
	a.StatusMessage = fmt.Sprintf("Successfully set %s to %d. Waiting for change to be fulfilled by dynamodb.", t.Resource.words(), units)
	e.tell(a)
	t.Order = &Pending{Order{a.ID, t.Resource, units}, now, t.Units, policy}
	clear(t.told)
	e.Orders = append(e.Orders, t.Order.Order)
	e.changed(t)
}

// end ends the activity of an order: Successful, Overridden, or Failed with a reason.
func (s *Scaler) end(e *Effects, now instant.Instant, p *Pending, status Status, reason string) {
	a := s.activityOf(p.Activity)
	if a == nil {
		return // a store has lost it
	}
	a.End, a.Status = now, status
	switch words := p.Resource.words(); status {
	case Successful:
		a.StatusMessage = fmt.Sprintf("Successfully set %s to %d. Change successfully fulfilled by dynamodb.", words, p.Units)
	case Overridden:
		a.StatusMessage = "A newer scaling activity took its place."
	default:
		a.StatusMessage = fmt.Sprintf("Failed to set %s to %d. Reason: %s", words, p.Units, reason)
	}
	e.tell(a)
}

// enforce moves the units of a target into its bounds, at once or after the order under
// way.
func (s *Scaler) enforce(e *Effects, now instant.Instant, t *target) {
	t.Enforce = t.Order != nil
	e.changed(t)
	if o := t.Order; o != nil {
		if t.again.IsZero() || t.begun || o.Units >= t.MinCapacity && o.Units <= t.MaxCapacity {
			return
		}
		s.end(e, now, o, Overridden, "") // nobody has begun it
		t.Order, t.again, t.Enforce = nil, 0, false
	}
	switch {
	case t.Units == 0:
	case t.Units < t.MinCapacity:
		s.order(e, now, t, t.MinCapacity, fmt.Sprintf("minimum capacity was set to %d", t.MinCapacity), "")
	case t.Units > t.MaxCapacity:
		s.order(e, now, t, t.MaxCapacity, fmt.Sprintf("maximum capacity was set to %d", t.MaxCapacity), "")
	}
}

// setUnits notes the units of a resource, and replaces the alarms that depend on them.
func (s *Scaler) setUnits(e *Effects, t *target, units int64) {
	if t.Units == units {
		return
	}
	t.Units = units
	e.changed(t)
	clear(t.told)
	if units == 0 {
		return
	}
	t.Policies = slices.Clone(t.Policies) // who has the target's description keeps it
	for i := range t.Policies {
		if p := &t.Policies[i]; p.Config.PredefinedMetricSpecification != nil {
			s.replace(e, t, p)
		}
	}
}

// Provisioned tells that the units of a resource changed, by whomever; 0: it is on
// demand, an index that is being built, or gone. The alarms of its policies are replaced
// (docs/aws/autoscaling.md#alarms). It does nothing for what is no target, or if the
// units are those that it knows. Call it before Finish if both are due.
func (s *Scaler) Provisioned(_ instant.Instant, r Resource, units int64) (e Effects) {
	if t := s.find(r); t != nil {
		s.setUnits(&e, t, units)
	}
	return e
}

// ErrBusy is told to Finish by a caller that could not begin an order since the table is
// in the middle of another change. The order is given out again by Wake.
var ErrBusy = errors.New("the table is in the middle of another change")

// Finish tells what became of an order: nil once its units are in force, ErrBusy, or
// the refusal of UpdateTable, whose text goes into the activity. What is no order
// under way changes nothing.
func (s *Scaler) Finish(now instant.Instant, activity string, err error) (e Effects) {
	for r, p := range s.orphans {
		if p.Activity == activity {
			delete(s.orphans, r)
			status, reason := outcome(err)
			s.end(&e, now, p, status, reason)
			return e
		}
	}
	i := slices.IndexFunc(s.targets, func(t *target) bool { return t.Order != nil && t.Order.Activity == activity })
	if i < 0 {
		return e
	}
	t := s.targets[i]
	if !errors.Is(err, ErrBusy) {
		s.finish(&e, now, t, err)
		return e
	}
	t.again = now.Add(s.Assumed.Again)
	if t.Enforce {
		s.enforce(&e, now, t)
	}
	return e
}

// outcome returns the status of an activity after an order, and the reason if it failed
// (docs/aws/autoscaling.md#activities).
func outcome(err error) (Status, string) {
	if err == nil {
		return Successful, ""
	}
	return Failed, "Failed updating table: " + err.Error()
}

// finish ends the order of a target, and begins the next if there is a reason.
func (s *Scaler) finish(e *Effects, now instant.Instant, t *target, err error) {
	o := t.Order
	status, reason := outcome(err)
	s.end(e, now, o, status, reason)
	t.Order, t.again, t.begun = nil, 0, false
	e.changed(t)
	arn, next, more := "", want{}, false
	if err == nil {
		for i := range t.Policies {
			if p := &t.Policies[i]; p.ARN == o.Policy {
				t.Cooldown.begin(now, p, o.From, o.Units)
			}
		}
		if t.Units == o.From {
			s.setUnits(e, t, o.Units) // else Provisioned has told of it, and of what came after
		}
		arn, next, more = t.wantedOut(o.Since)
		clear(t.wants)
	}
	switch {
	case t.Enforce:
		s.enforce(e, now, t)
	case more && !t.Suspended.Out:
		s.order(e, now, t, next.units, next.cause, arn)
	}
}

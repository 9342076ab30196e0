package autoscale

import (
	"maps"
	"slices"
	"strings"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// A Target is a scalable target with its policies and scheduled actions. It is all
// that is durable of one.
type Target struct {
	Resource                 Resource
	ARN                      string
	MinCapacity, MaxCapacity int64
	RoleARN                  string
	Suspended                Suspended
	Tags                     map[string]string `json:",omitzero"`
	Created                  instant.Instant

	Units            int64             // that the resource has, as far as is known; 0: none, it is on demand or gone
	Policies         []Policy          `json:",omitzero"` // by name
	ScheduledActions []ScheduledAction `json:",omitzero"` // by name
	Cooldown         Cooldown          `json:",omitzero"`
	Order            *Pending          `json:",omitzero"` // under way; its activity is InProgress
	Enforce          bool              `json:",omitzero"` // to be moved into its bounds once Order is done
}

// Suspended says what of a target is suspended.
type Suspended struct{ In, Out, Scheduled bool }

// Current is what a resource has now.
type Current struct {
	Units   int64 // 0: it is on demand, or an index that is being built
	Missing bool  // there is no such table or index
}

// maxTargets is how many targets there are at most
// (docs/aws/autoscaling.md#quotas).
const maxTargets = 5000

// Register makes a target, or changes one, and moves the units of its resource into
// its bounds, also if the request does not change them
// (docs/aws/autoscaling.md#registration). The error is a refusal.
func (s *Scaler) Register(now instant.Instant, in *request.RegisterScalableTargetInput, is Current) (of Target, e Effects, err error) {
	if err := in.Check(); err != nil {
		return of, e, err
	}
	r := resourceIn(&in.Scalable)
	t := s.find(r)
	if err := s.checkRegistration(in, t, is); err != nil {
		return of, e, err
	}
	s.disown(&e, now)
	if t == nil {
		t = &target{Target: Target{
			Resource: r, ARN: s.Scope.ARN("application-autoscaling", "scalable-target/"+strings.ReplaceAll(s.NewID(), "-", "")),
			RoleARN: s.Scope.Global("iam", serviceRole), Created: now, Units: is.Units, Order: s.orphans[r],
		}}
		delete(s.orphans, r)
		s.add(t)
	}
	t.MinCapacity, t.MaxCapacity = bounds(t, in.MinCapacity, in.MaxCapacity)
	t.Suspended.set(in.SuspendedState)
	t.tag(in.Tags)
	s.setUnits(&e, t, is.Units)
	s.enforce(&e, now, t)
	e.changed(t)
	return t.Target, e, nil
}

// serviceRole is the role that changes tables (docs/aws/autoscaling.md#registration).
const serviceRole = "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"

// checkRegistration refuses what depends on the target, nil if it is new. Assumed: the
// texts, other than that for a resource that does not exist.
func (s *Scaler) checkRegistration(in *request.RegisterScalableTargetInput, t *target, is Current) error {
	if is.Missing {
		kind := "table"
		if resourceIn(&in.Scalable).Index() != "" {
			kind = "index"
		}
		return refusal.Invalid("DynamoDB %s does not exist: %s", kind, *in.ResourceId)
	}
	if t == nil {
		switch {
		case in.MinCapacity == nil || in.MaxCapacity == nil:
			return refusal.Invalid("Minimum capacity and maximum capacity must be specified for a new scalable target")
		case len(s.targets) >= maxTargets:
			return refusal.Newf(refusal.LimitExceeded, "The account has %d scalable targets for service namespace dynamodb already", maxTargets)
		}
		return nil
	}
	least, most := bounds(t, in.MinCapacity, in.MaxCapacity)
	if least > most {
		return refusal.Invalid("Maximum capacity cannot be less than minimum capacity")
	}
	tags := maps.Clone(in.Tags)
	for key, value := range t.Tags {
		if _, given := tags[key]; !given && tags != nil {
			tags[key] = value
		}
	}
	return request.CheckTags(tags, t.ARN)
}

// bounds returns the bounds of a target if those that are given are set.
func bounds(t *target, least, most *int32) (minimum, maximum int64) {
	minimum, maximum = t.MinCapacity, t.MaxCapacity
	if least != nil {
		minimum = int64(*least)
	}
	if most != nil {
		maximum = int64(*most)
	}
	return minimum, maximum
}

func (s *Suspended) set(to *request.SuspendedState) {
	if to == nil {
		return
	}
	for _, m := range []struct {
		to   *bool
		from *bool
	}{{&s.In, to.DynamicScalingInSuspended}, {&s.Out, to.DynamicScalingOutSuspended}, {&s.Scheduled, to.ScheduledScalingSuspended}} {
		if m.from != nil {
			*m.to = *m.from
		}
	}
}

// Deregister deletes a target with its policies, their alarms and its scheduled
// actions. An order under way goes on, and its activity is told of. The error is a
// refusal.
func (s *Scaler) Deregister(now instant.Instant, in *request.DeregisterScalableTargetInput) (e Effects, err error) {
	if err := in.Check(); err != nil {
		return e, err
	}
	t, err := s.registered(&in.Scalable, "scalable target found")
	if err != nil {
		return e, err
	}
	for i := range t.Policies {
		e.DeleteAlarms = append(e.DeleteAlarms, t.Policies[i].Alarms.Names()...)
		delete(s.byPolicy, t.Policies[i].ARN)
	}
	i, _ := s.place(t.Resource)
	s.targets = slices.Delete(s.targets, i, i+1)
	switch {
	case t.Order == nil:
	case t.again.IsZero():
		s.orphans[t.Resource] = t.Order
	default:
		s.end(&e, now, t.Order, Failed, "the scalable target was deregistered")
	}
	e.changed(t)
	return e, nil
}

package autoscale

import (
	"cmp"
	"slices"
	"time"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/internal/schedule"
	"lullaby/watch"
)

// A Scaler is Application Auto Scaling of one account in one region. Not safe for
// concurrent use: the caller locks. Assumed, Scope and NewID are set before the first
// call.
type Scaler struct {
	Assumed Assumptions
	Scope   arn.Scope
	NewID   func() string // a new UUID

	targets    []*target          // by resource
	byPolicy   map[string]*target // by ARNs of policies
	activities []*Activity        // in the order in which they began
	number     int64              // of the last
	orphans    map[Resource]*Pending
	unowned    bool // there may be activities in progress of which nobody has the order
}

// A target is a Target, and what a restart may forget of it.
type target struct {
	Target

	again  instant.Instant   // when to give out Order again; zero: the caller has it
	begun  bool              // the table may have begun Order before a restart
	wants  map[string]want   // what policies want, by their ARNs
	told   map[string]string // why policies changed nothing when that was last told, by their ARNs
	timers map[string]*timer // of scheduled actions, by their names
}

// A timer says when a scheduled action is due.
type timer struct {
	schedule schedule.Schedule
	due      instant.Instant // zero: never
}

func compareResources(a, b Resource) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Dimension, b.Dimension))
}

// place returns where the target of a resource is among the targets, or would be.
func (s *Scaler) place(r Resource) (i int, found bool) {
	return slices.BinarySearchFunc(s.targets, r, func(t *target, r Resource) int { return compareResources(t.Resource, r) })
}

// find returns the target of a resource, nil if there is none.
func (s *Scaler) find(r Resource) *target {
	if i, ok := s.place(r); ok {
		return s.targets[i]
	}
	return nil
}

// add takes a target in.
func (s *Scaler) add(t *target) {
	if s.byPolicy == nil {
		s.byPolicy, s.orphans = map[string]*target{}, map[Resource]*Pending{}
	}
	t.wants, t.told, t.timers = map[string]want{}, map[string]string{}, map[string]*timer{}
	i, _ := s.place(t.Resource)
	s.targets = slices.Insert(s.targets, i, t)
	for i := range t.Policies {
		s.byPolicy[t.Policies[i].ARN] = t
	}
	for i := range t.ScheduledActions {
		t.arm(&t.ScheduledActions[i])
	}
}

// registered returns the target that a request names. The error is a
// refusal.ObjectNotFound.
func (s *Scaler) registered(in *request.Scalable, unless string) (*target, error) {
	if t := s.find(resourceIn(in)); t != nil {
		return t, nil
	}
	return nil, notFound(unless, in, "")
}

// notFound refuses what does not exist, in AWS's words (docs/aws/autoscaling.md#not-found).
func notFound(what string, in *request.Scalable, rest string) error {
	return refusal.Newf(refusal.ObjectNotFound, "No %s for service namespace: %s, resource ID: %s, scalable dimension: %s%s",
		what, request.Namespace, *in.ResourceId, *in.ScalableDimension, rest)
}

func resourceIn(in *request.Scalable) Resource {
	return Resource{*in.ResourceId, *in.ScalableDimension}
}

// Targets returns the targets, by their resources. They are not to be changed.
func (s *Scaler) Targets() []Target {
	all := make([]Target, len(s.targets))
	for i, t := range s.targets {
		all[i] = t.Target
	}
	return all
}

// Target returns the target of a resource, if there is one. It is not to be changed.
func (s *Scaler) Target(r Resource) (of Target, ok bool) {
	if t := s.find(r); t != nil {
		return t.Target, true
	}
	return Target{}, false
}

// Alarms returns the alarms that the policies have. What CloudWatch has instead, after a
// crash, is for the caller to mend.
func (s *Scaler) Alarms() []watch.MetricAlarm {
	var all []watch.MetricAlarm
	for _, t := range s.targets {
		for i := range t.Policies {
			all = append(all, t.Policies[i].alarms(t.Resource)...)
		}
	}
	return all
}

// Restore takes a target back that was kept, after Assumed and Scope are set and before
// any other call. Wake gives out its order again.
func (s *Scaler) Restore(of Target) {
	t := &target{Target: of}
	if of.Order != nil {
		t.again, t.begun = 1, true
	}
	s.add(t)
	s.unowned = true
}

// RestoreActivity takes an activity back that was kept, in any order.
func (s *Scaler) RestoreActivity(a Activity) {
	i, _ := slices.BinarySearchFunc(s.activities, a.Number, func(b *Activity, n int64) int { return cmp.Compare(b.Number, n) })
	s.activities = slices.Insert(s.activities, i, &a)
	s.number = max(s.number, a.Number)
	s.unowned = true
}

// since returns how long ago an instant was, 0 if now is a little before it, and not ok if the
// clock was set back to before it: what began then counts as over.
func since(now, at instant.Instant) (d time.Duration, ok bool) {
	d = instant.Follow(at, now).Sub(at)
	return d, d >= 0
}

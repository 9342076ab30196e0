package autoscale

import (
	"errors"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/watch"
)

// A Scaler is Application Auto Scaling of one account in one region. Not safe for
// concurrent use: the caller locks. Assumed, Scope and NewID are set before the first
// call.
type Scaler struct {
	Assumed Assumptions
	Scope   arn.Scope
	NewID   func() string // a new UUID
}

// Act does what an alarm in ALARM asks for by naming a policy among its actions. An
// alarm that is not, or no more, one of the policy changes nothing. The error is a
// refusal.ObjectNotFound if there is no such policy.
func (s *Scaler) Act(now instant.Instant, policyARN string, e *watch.Event) (Effects, error) {
	return Effects{}, nil
}

// Provisioned tells that the units of a resource changed, by whomever; 0: it is on
// demand, or gone. The alarms of its policies are replaced. It does nothing for what
// is no target.
func (s *Scaler) Provisioned(now instant.Instant, r Resource, units int64) Effects {
	return Effects{}
}

// ErrBusy is told to Finish by a caller that could not begin an order since the table is
// in the middle of another change. The order is given out again by Wake.
var ErrBusy = errors.New("the table is in the middle of another change")

// Finish tells what became of an order: nil once its units are in force, ErrBusy, or
// the refusal of UpdateTable, whose text goes into the activity.
func (s *Scaler) Finish(now instant.Instant, activity string, err error) Effects {
	return Effects{}
}

// Targets returns the targets, by their resources.
func (s *Scaler) Targets() []Target { return nil }

// Target returns a target, if there is one. The result is not to be changed.
func (s *Scaler) Target(r Resource) (Target, bool) { return Target{}, false }

// Activities returns the activities of the last six weeks, the newest first.
func (s *Scaler) Activities(now instant.Instant) []Activity { return nil }

// Alarms returns the alarms that the policies have. What differs from it after a crash
// is for the caller to mend.
func (s *Scaler) Alarms() []watch.MetricAlarm { return nil }

// Restore takes a target back that was kept. Its order is given out again by the
// next Wake, as one that met a changing table.
func (s *Scaler) Restore(t Target) {}

// RestoreActivity takes an activity back that was kept, in any order.
func (s *Scaler) RestoreActivity(a Activity) {}

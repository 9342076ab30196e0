package autoscale

import (
	"slices"
	"time"

	"lullaby/instant"
)

// A Status is the status of an activity, in AWS's word.
type Status string

// The statuses that activities have here. AWS also has Pending and Unfulfilled.
const (
	InProgress Status = "InProgress"
	Successful Status = "Successful"
	Overridden Status = "Overridden"
	Failed     Status = "Failed"
)

// An Activity is a change of a target's units or bounds, or why there was none.
type Activity struct {
	Number           int64 // they are numbered as they begin
	ID               string
	Resource         Resource
	Description      string
	Cause            string
	Start            instant.Instant
	End              instant.Instant `json:",omitzero"` // zero: under way, a change of bounds, or not scaled
	Status           Status
	StatusMessage    string            `json:",omitzero"`
	NotScaledReasons []NotScaledReason `json:",omitzero"` // nil: a scaling activity
}

// A NotScaledReason is why an alarm changed nothing. A capacity that is 0 is not told.
type NotScaledReason struct {
	Code            string
	MaxCapacity     int64 `json:",omitzero"`
	MinCapacity     int64 `json:",omitzero"`
	CurrentCapacity int64 `json:",omitzero"`
}

// The codes of reasons (docs/aws/autoscaling.md#activities-that-do-not-scale).
const (
	wouldFlap  = "AutoScalingAnticipatedFlapping"
	unscalable = "TargetServicePutResourceAsUnscalable"
	atMaximum  = "AlreadyAtMaxCapacity"
	atMinimum  = "AlreadyAtMinCapacity"
	atDesired  = "AlreadyAtDesiredCapacity"
)

// activity begins an activity.
func (s *Scaler) activity(e *Effects, now instant.Instant, r Resource, description, cause string) *Activity {
	s.forget(e, now)
	s.number++
	a := &Activity{Number: s.number, ID: s.NewID(), Resource: r, Description: description, Cause: cause, Start: now}
	s.activities = append(s.activities, a)
	return a
}

// activityOf returns the activity of an id, nil if it is not kept. It is one of the last.
func (s *Scaler) activityOf(id string) *Activity {
	for _, a := range slices.Backward(s.activities) {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// notScaled tells once why an action of an alarm changed nothing, and again when the
// alarm goes off again or there is another reason. Assumed: AWS may tell it each minute.
func (s *Scaler) notScaled(e *Effects, a *action, reason NotScaledReason) {
	arn := a.policy.ARN
	if !a.event.Changed && a.target.told[arn] == reason.Code {
		return
	}
	a.target.told[arn] = reason.Code
	of := s.activity(e, a.now, a.target.Resource, "Attempting to scale due to alarm triggered", a.cause)
	of.Status, of.NotScaledReasons = Failed, []NotScaledReason{reason}
	e.tell(of)
}

// kept is how long activities are kept (docs/aws/autoscaling.md#activities).
const kept = 6 * 7 * 24 * time.Hour

// forget drops the activities that are too old, up to one that is in progress.
func (s *Scaler) forget(e *Effects, now instant.Instant) {
	n := 0
	for n < len(s.activities) && s.activities[n].Status != InProgress && now.Sub(s.activities[n].Start) > kept {
		e.Forgotten = append(e.Forgotten, s.activities[n].Number)
		n++
	}
	s.activities = slices.Delete(s.activities, 0, n)
}

// Activities returns the activities of the last six weeks, the newest first.
func (s *Scaler) Activities(now instant.Instant) []Activity {
	var all []Activity
	for _, a := range slices.Backward(s.activities) {
		if now.Sub(a.Start) <= kept {
			all = append(all, *a)
		}
	}
	return all
}

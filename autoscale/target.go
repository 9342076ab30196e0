package autoscale

import (
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
	Order            *Order            `json:",omitzero"` // under way; its activity is InProgress
	Enforce          string            `json:",omitzero"` // the cause to move into the bounds, once the order is done
}

// Suspended says what of a target is suspended.
type Suspended struct{ In, Out, Scheduled bool }

// A Cooldown is the time after a change by a policy.
type Cooldown struct {
	Out, In instant.Instant // until when; zero: none
	Before  int64           // units before the change out that began Out
}

// Current is what a resource has now.
type Current struct {
	Units   int64 // 0: on demand
	Missing bool  // there is no such table or index
}

// Register makes a target, or changes one, and moves the units of its resource into
// its bounds. The error is a refusal.
func (s *Scaler) Register(now instant.Instant, in *request.RegisterScalableTargetInput, is Current) (Target, Effects, error) {
	return Target{}, Effects{}, nil
}

// Deregister deletes a target with its policies, their alarms and its scheduled
// actions. An order under way goes on. The error is a refusal.
func (s *Scaler) Deregister(now instant.Instant, in *request.DeregisterScalableTargetInput) (Effects, error) {
	return Effects{}, nil
}

// Tag, Untag and Tags are the operations on tags of a target by its ARN. The error is
// a refusal.
func (s *Scaler) Tag(in *request.TagResourceInput) (Effects, error) { return Effects{}, nil }

// Untag removes tags.
func (s *Scaler) Untag(in *request.UntagResourceInput) (Effects, error) { return Effects{}, nil }

// Tags returns the tags.
func (s *Scaler) Tags(in *request.ListTagsForResourceInput) (map[string]string, error) {
	return nil, nil
}

package autoscale

import (
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// A ScheduledAction changes the bounds of a target at a time, or again and again.
type ScheduledAction struct {
	ARN        string
	Name       string
	Schedule   string
	Timezone   string                       `json:",omitzero"`
	Start, End instant.Instant              `json:",omitzero"` // zero: none
	Action     request.ScalableTargetAction // one bound or both
	Created    instant.Instant

	Passed instant.Instant // what is due until then has been done, or has been missed
}

// PutScheduledAction makes a scheduled action of a target or changes one. The error
// is a refusal.
func (s *Scaler) PutScheduledAction(now instant.Instant, in *request.PutScheduledActionInput) (Effects, error) {
	return Effects{}, nil
}

// DeleteScheduledAction deletes a scheduled action. The error is a refusal.
func (s *Scaler) DeleteScheduledAction(now instant.Instant, in *request.DeleteScheduledActionInput) (Effects, error) {
	return Effects{}, nil
}

// Next returns when Wake is to be called next, the zero instant if nothing waits for
// time.
func (s *Scaler) Next(now instant.Instant) instant.Instant { return 0 }

// Wake runs the scheduled actions that are due, each once however often it was
// missed, and gives out again the orders that met a changing table.
func (s *Scaler) Wake(now instant.Instant) Effects { return Effects{} }

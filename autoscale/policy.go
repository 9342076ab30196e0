package autoscale

import (
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// A Policy is a target tracking policy.
type Policy struct {
	ARN     string
	Name    string
	Config  request.TargetTracking
	Created instant.Instant

	Alarms Family `json:",omitzero"`
}

// A Family is the alarms of a policy. Its zero value has none: the resource has no
// units.
type Family struct {
	High, Low                       string // names; Low is empty if the policy does not scale in
	ProvisionedHigh, ProvisionedLow string // empty for a customized metric
	Units                           int64  // that their thresholds are made for
}

// Names returns the names of the alarms, in AWS's order.
func (f *Family) Names() []string {
	var all []string
	for _, name := range []string{f.High, f.Low, f.ProvisionedHigh, f.ProvisionedLow} {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}

// PutPolicy makes a policy of a target or changes one. The error is a refusal.
func (s *Scaler) PutPolicy(now instant.Instant, in *request.PutScalingPolicyInput) (Policy, Effects, error) {
	return Policy{}, Effects{}, nil
}

// DeletePolicy deletes a policy and its alarms. The error is a refusal.
func (s *Scaler) DeletePolicy(now instant.Instant, in *request.DeleteScalingPolicyInput) (Effects, error) {
	return Effects{}, nil
}

package store

import (
	"context"
	"slices"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// targetTracking is the type of every policy here.
const targetTracking = "TargetTrackingScaling"

// An Alarm is an alarm of a policy, by AWS's names.
type Alarm struct{ AlarmName, AlarmARN string }

func (e *Engine) alarmsOf(f *autoscale.Family) []Alarm {
	names := f.Names()
	all := make([]Alarm, 0, len(names))
	for _, name := range names {
		all = append(all, Alarm{name, e.opts.Scope.ARN("cloudwatch", "alarm:"+name)})
	}
	return all
}

// PutScalingPolicyOutput is the output of PutScalingPolicy.
type PutScalingPolicyOutput struct {
	PolicyARN string
	Alarms    []Alarm
}

// PutScalingPolicy performs the operation of that name: it makes a policy or changes one,
// and its alarms are there when it returns. The error is a refusal, or of storage.
func (e *Engine) PutScalingPolicy(_ context.Context, now instant.Instant, in *request.PutScalingPolicyInput) (*PutScalingPolicyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	var out PutScalingPolicyOutput
	err := e.change(now, adds, func() (autoscale.Effects, error) {
		p, effects, err := e.scaler.PutPolicy(now, in)
		out = PutScalingPolicyOutput{p.ARN, e.alarmsOf(&p.Alarms)}
		return effects, err
	})
	return &out, err
}

// DeleteScalingPolicy performs the operation of that name. The error is a refusal, or of
// storage.
func (e *Engine) DeleteScalingPolicy(_ context.Context, now instant.Instant, in *request.DeleteScalingPolicyInput) (*EmptyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &EmptyOutput{}, e.change(now, goesOn, func() (autoscale.Effects, error) { return e.scaler.DeletePolicy(now, in) })
}

// A ScalingPolicy is a policy, by AWS's names.
type ScalingPolicy struct {
	Scalable
	PolicyARN, PolicyName, PolicyType        string
	TargetTrackingScalingPolicyConfiguration request.TargetTracking
	Alarms                                   []Alarm
	CreationTime                             *request.Timestamp
}

// DescribeScalingPoliciesOutput is the output of DescribeScalingPolicies.
type DescribeScalingPoliciesOutput struct {
	ScalingPolicies []ScalingPolicy
	NextToken       *string `json:",omitzero"`
}

// DescribeScalingPolicies performs the operation of that name. The error is a refusal.
func (e *Engine) DescribeScalingPolicies(_ context.Context, _ instant.Instant, in *request.DescribeScalingPoliciesInput) (*DescribeScalingPoliciesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	var all []ScalingPolicy
	e.read(func(s *autoscale.Scaler) {
		for _, t := range s.Targets() {
			for i := range t.Policies {
				p := &t.Policies[i]
				if asks(&in.Filter, t.Resource) && (len(in.PolicyNames) == 0 || slices.Contains(in.PolicyNames, p.Name)) {
					all = append(all, ScalingPolicy{scalableOf(t.Resource), p.ARN, p.Name, targetTracking, p.Config, e.alarmsOf(&p.Alarms), timestamp(p.Created)})
				}
			}
		}
	})
	var out DescribeScalingPoliciesOutput
	var err error
	out.ScalingPolicies, out.NextToken, err = page(all, func(p *ScalingPolicy) string {
		return p.ResourceId + "\x00" + p.ScalableDimension + "\x00" + p.PolicyName
	}, &in.Page)
	return &out, err
}

// GetPredictiveScalingForecast refuses every request: DynamoDB has no such policies.
func (e *Engine) GetPredictiveScalingForecast(_ context.Context, _ instant.Instant, in *request.GetPredictiveScalingForecastInput) (*EmptyOutput, error) {
	return nil, in.Check()
}

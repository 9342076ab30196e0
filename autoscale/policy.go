package autoscale

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/instant"
	"lullaby/watch"
)

// A Policy is a target tracking policy.
type Policy struct {
	ARN       string
	CreatedBy string // a UUID that the actions of alarms have after the ARN
	Name      string
	Config    request.TargetTracking
	Created   instant.Instant

	Alarms Family `json:",omitzero"`
}

func (p *Policy) scalesIn() bool {
	return p.Config.DisableScaleIn == nil || !*p.Config.DisableScaleIn
}

func (p *Policy) cooldown(out bool) time.Duration {
	seconds := p.Config.ScaleInCooldown
	if out {
		seconds = p.Config.ScaleOutCooldown
	}
	if seconds == nil {
		return 0 // DynamoDB's default (docs/aws/autoscaling.md#cooldowns)
	}
	return time.Duration(*seconds) * time.Second
}

// maxPolicies is how many policies a target has at most
// (docs/aws/autoscaling.md#quotas).
const maxPolicies = 50

func (t *target) policy(name string) (i int, found bool) {
	return slices.BinarySearchFunc(t.Policies, name, func(p Policy, name string) int { return cmp.Compare(p.Name, name) })
}

// PutPolicy makes a policy of a target or changes one, whose alarms are others from then
// on. A policy that is put again as it is stays as it is
// (docs/aws/autoscaling.md#alarms). The error is a refusal.
func (s *Scaler) PutPolicy(now instant.Instant, in *request.PutScalingPolicyInput) (of Policy, e Effects, err error) {
	if err := in.Check(); err != nil {
		return of, e, err
	}
	t, err := s.registered(&in.Scalable, "scalable target registered")
	if err != nil {
		return of, e, err
	}
	i, exists := t.policy(*in.PolicyName)
	if err := t.checkPolicy(now, in, exists); err != nil {
		return of, e, err
	}
	t.Policies = slices.Clone(t.Policies) // who has the target's description keeps it
	if !exists {
		arn := s.Scope.ARN("autoscaling", "scalingPolicy:"+s.NewID()+":resource/dynamodb/"+t.Resource.ID+":policyName/"+*in.PolicyName)
		t.Policies = slices.Insert(t.Policies, i, Policy{ARN: arn, CreatedBy: s.NewID(), Name: *in.PolicyName, Created: now})
		s.byPolicy[arn] = t
	}
	p := &t.Policies[i]
	c := in.TargetTrackingScalingPolicyConfiguration
	if exists && (c == nil || encoded(c) == encoded(&p.Config)) {
		return *p, e, nil
	}
	p.Config = *c
	delete(t.wants, p.ARN)
	s.replace(&e, t, p)
	e.changed(t)
	return *p, e, nil
}

// checkPolicy refuses what depends on the target. Assumed: the texts, other than that for
// a second policy on the same metric (docs/aws/autoscaling.md#several-policies).
func (t *target) checkPolicy(now instant.Instant, in *request.PutScalingPolicyInput, exists bool) error {
	config := in.TargetTrackingScalingPolicyConfiguration
	switch {
	case config == nil && exists:
		return nil
	case config == nil || !exists && in.PolicyType == nil:
		return refusal.Invalid("PolicyType and TargetTrackingScalingPolicyConfiguration must be specified for a new scaling policy")
	case !exists && len(t.Policies) >= maxPolicies:
		return refusal.Newf(refusal.LimitExceeded, "The scalable target has %d scaling policies already", maxPolicies)
	}
	for i := range t.Policies {
		if p := &t.Policies[i]; p.Name != *in.PolicyName && sameMetric(&p.Config, config) {
			return refusal.Invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")
		}
	}
	if config.CustomizedMetricSpecification != nil {
		alarm := customized(config, "", "GreaterThanThreshold", 1, 1)
		if err := new(watch.Alarms).Put(now, alarm); err != nil {
			return refusal.Invalid("%v", err)
		}
	}
	return nil
}

// sameMetric reports whether two policies are on the same metric.
func sameMetric(a, b *request.TargetTracking) bool {
	return encoded(a.PredefinedMetricSpecification) == encoded(b.PredefinedMetricSpecification) &&
		encoded(a.CustomizedMetricSpecification) == encoded(b.CustomizedMetricSpecification)
}

// encoded returns a part of a request as JSON, to be compared.
func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was decoded from JSON
	}
	return string(text)
}

// DeletePolicy deletes a policy and its alarms. An order that it gave goes on. The error
// is a refusal.
func (s *Scaler) DeletePolicy(_ instant.Instant, in *request.DeleteScalingPolicyInput) (e Effects, err error) {
	if err := in.Check(); err != nil {
		return e, err
	}
	missing := notFound("scaling policy found", &in.Scalable, ", policy name: "+*in.PolicyName)
	t := s.find(resourceIn(&in.Scalable))
	if t == nil {
		return e, missing
	}
	i, exists := t.policy(*in.PolicyName)
	if !exists {
		return e, missing
	}
	p := t.Policies[i]
	e.DeleteAlarms = p.Alarms.Names()
	delete(s.byPolicy, p.ARN)
	delete(t.wants, p.ARN)
	delete(t.told, p.ARN)
	t.Policies = slices.Delete(slices.Clone(t.Policies), i, i+1)
	e.changed(t)
	return e, nil
}

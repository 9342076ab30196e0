package request

import (
	"regexp"
	"strings"

	"lullaby/autoscale/refusal"
)

// PutScalingPolicyInput is the input of PutScalingPolicy.
type PutScalingPolicyInput struct {
	PolicyName *string
	Scalable
	PolicyType                               *string // nil: as the policy has it
	TargetTrackingScalingPolicyConfiguration *TargetTracking

	StepScalingPolicyConfiguration       Unbuilt
	PredictiveScalingPolicyConfiguration Unbuilt
}

// TargetTrackingScaling is the one policy type that DynamoDB has.
const TargetTrackingScaling = "TargetTrackingScaling"

var (
	policyTypes = []string{"StepScaling", TargetTrackingScaling, "PredictiveScaling"}
	printable   = regexp.MustCompile(`^[^\x00-\x1f\x7f]+$`)
)

// Check returns what AWS refuses of the input, nil if nothing.
func (in *PutScalingPolicyInput) Check() error {
	var v violations
	v.required(in.PolicyName, "PolicyName", maxName)
	v.pattern(in.PolicyName, "PolicyName", printable, `\p{Print}+`)
	in.constrain(&v)
	v.oneOf(in.PolicyType, "PolicyType", policyTypes)
	if t := in.TargetTrackingScalingPolicyConfiguration; t != nil {
		t.constrain(&v)
	}
	if err := v.err(); err != nil {
		return err
	}
	if err := firstOf(in.match(), in.checkType()); err != nil || in.TargetTrackingScalingPolicyConfiguration == nil {
		return err
	}
	return in.TargetTrackingScalingPolicyConfiguration.check(strings.HasSuffix(*in.ScalableDimension, "ReadCapacityUnits"))
}

// checkType refuses what DynamoDB has not (docs/aws/autoscaling.md#policy-types).
// Assumed: the texts.
func (in *PutScalingPolicyInput) checkType() error {
	kind := ""
	if in.PolicyType != nil {
		kind = *in.PolicyType
	}
	switch {
	case kind == "StepScaling" || in.StepScalingPolicyConfiguration.given:
		return refusal.Invalid("StepScaling policies are not supported for service namespace dynamodb: use TargetTrackingScaling")
	case kind == "PredictiveScaling" || in.PredictiveScalingPolicyConfiguration.given:
		return refusal.Invalid("PredictiveScaling policies are not supported for service namespace dynamodb: use TargetTrackingScaling")
	case kind != "" && in.TargetTrackingScalingPolicyConfiguration == nil:
		return refusal.Invalid("TargetTrackingScalingPolicyConfiguration must be specified for policy type TargetTrackingScaling")
	}
	return nil
}

// DeleteScalingPolicyInput is the input of DeleteScalingPolicy.
type DeleteScalingPolicyInput struct {
	PolicyName *string
	Scalable
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DeleteScalingPolicyInput) Check() error {
	var v violations
	v.required(in.PolicyName, "PolicyName", maxText)
	in.constrain(&v)
	if err := v.err(); err != nil {
		return err
	}
	return in.match()
}

// DescribeScalingPoliciesInput is the input of DescribeScalingPolicies.
type DescribeScalingPoliciesInput struct {
	PolicyNames []string
	Filter
	Page
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeScalingPoliciesInput) Check() error {
	var v violations
	v.texts(in.PolicyNames, "PolicyNames", maxList)
	in.constrain(&v)
	return firstOf(v.err(), checkList(&in.Filter, &in.Page))
}

// GetPredictiveScalingForecastInput is the input of GetPredictiveScalingForecast,
// which is refused.
type GetPredictiveScalingForecastInput struct {
	Scalable
	PolicyName *string
	StartTime  *Timestamp
	EndTime    *Timestamp
}

// Check returns a refusal: Lullaby does not have predictive scaling, and DynamoDB neither.
func (in *GetPredictiveScalingForecastInput) Check() error {
	var v violations
	in.constrain(&v)
	v.required(in.PolicyName, "PolicyName", maxName)
	v.given(in.StartTime != nil, "StartTime")
	v.given(in.EndTime != nil, "EndTime")
	if err := v.err(); err != nil {
		return err
	}
	return firstOf(in.match(), refusal.Invalid("Lullaby does not have predictive scaling, and DynamoDB has no policies of that type"))
}

package request

import (
	"lullaby/autoscale/refusal"
)

// RegisterScalableTargetInput is the input of RegisterScalableTarget.
type RegisterScalableTargetInput struct {
	Scalable
	MinCapacity    *int32
	MaxCapacity    *int32
	RoleARN        *string
	SuspendedState *SuspendedState
	Tags           map[string]string
}

// A SuspendedState says what of a target is suspended. What is nil stays as it is.
type SuspendedState struct {
	DynamicScalingInSuspended  *bool
	DynamicScalingOutSuspended *bool
	ScheduledScalingSuspended  *bool
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *RegisterScalableTargetInput) Check() error {
	var v violations
	in.constrain(&v)
	v.text(in.RoleARN, "RoleARN", maxText)
	constrainTags(&v, in.Tags)
	if err := v.err(); err != nil {
		return err
	}
	return firstOf(in.match(), CheckBounds(in.MinCapacity, in.MaxCapacity), CheckTags(in.Tags, ""))
}

// leastCapacity is the least that a table or an index has.
const leastCapacity = 1

// CheckBounds refuses bounds of capacity, of which either may be missing, that no
// resource of DynamoDB has or that exclude each other. Assumed: the texts.
func CheckBounds(least, most *int32) error {
	switch {
	case least != nil && *least < leastCapacity:
		return refusal.Invalid("Minimum capacity cannot be less than %d", leastCapacity)
	case most != nil && *most < leastCapacity:
		return refusal.Invalid("Maximum capacity cannot be less than %d", leastCapacity)
	case least != nil && most != nil && *least > *most:
		return refusal.Invalid("Maximum capacity cannot be less than minimum capacity")
	}
	return nil
}

// DeregisterScalableTargetInput is the input of DeregisterScalableTarget.
type DeregisterScalableTargetInput struct{ Scalable }

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DeregisterScalableTargetInput) Check() error {
	var v violations
	in.constrain(&v)
	if err := v.err(); err != nil {
		return err
	}
	return in.match()
}

// DescribeScalableTargetsInput is the input of DescribeScalableTargets.
type DescribeScalableTargetsInput struct {
	ServiceNamespace  *string
	ResourceIds       []string //nolint:revive // AWS's name
	ScalableDimension *string
	Page
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeScalableTargetsInput) Check() error {
	var v violations
	namespace(&v, in.ServiceNamespace)
	v.texts(in.ResourceIds, "ResourceIds", maxList)
	v.oneOf(in.ScalableDimension, "ScalableDimension", dimensions)
	if err := v.err(); err != nil {
		return err
	}
	return firstOf(only(*in.ServiceNamespace), needsResource(in.ScalableDimension != nil && in.ResourceIds == nil), in.check())
}

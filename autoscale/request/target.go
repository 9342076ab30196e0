package request

// A Scalable names a target: what is scaled, and in which dimension. Each operation
// on one target has it.
type Scalable struct {
	ServiceNamespace  *string
	ResourceId        *string // table/orders, table/orders/index/by-day
	ScalableDimension *string // dynamodb:table:WriteCapacityUnits
}

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

// DeregisterScalableTargetInput is the input of DeregisterScalableTarget.
type DeregisterScalableTargetInput struct{ Scalable }

// DescribeScalableTargetsInput is the input of DescribeScalableTargets.
type DescribeScalableTargetsInput struct {
	ServiceNamespace  *string
	ResourceIds       []string
	ScalableDimension *string
	Page
}

// A Page says how much of a list is wanted, and from where.
type Page struct {
	MaxResults *int32 // 1 to 50; nil: 50
	NextToken  *string
}

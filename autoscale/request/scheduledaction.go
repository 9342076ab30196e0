package request

// PutScheduledActionInput is the input of PutScheduledAction.
type PutScheduledActionInput struct {
	ScheduledActionName *string
	Scalable
	Schedule             *string
	Timezone             *string // nil: UTC
	StartTime            *Timestamp
	EndTime              *Timestamp
	ScalableTargetAction *ScalableTargetAction
}

// A ScalableTargetAction is what a scheduled action sets.
type ScalableTargetAction struct {
	MinCapacity *int32 `json:",omitzero"`
	MaxCapacity *int32 `json:",omitzero"`
}

// DeleteScheduledActionInput is the input of DeleteScheduledAction.
type DeleteScheduledActionInput struct {
	ScheduledActionName *string
	Scalable
}

// DescribeScheduledActionsInput is the input of DescribeScheduledActions.
type DescribeScheduledActionsInput struct {
	ScheduledActionNames []string
	Filter
	Page
}

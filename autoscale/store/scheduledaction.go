package store

import (
	"context"
	"slices"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// PutScheduledAction performs the operation of that name. The error is a refusal, or of
// storage.
func (e *Engine) PutScheduledAction(_ context.Context, now instant.Instant, in *request.PutScheduledActionInput) (*EmptyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	defer e.stir() // it may be due before what Run waits for
	return &EmptyOutput{}, e.change(now, adds, func() (autoscale.Effects, error) { return e.scaler.PutScheduledAction(now, in) })
}

// DeleteScheduledAction performs the operation of that name. The error is a refusal, or
// of storage.
func (e *Engine) DeleteScheduledAction(_ context.Context, now instant.Instant, in *request.DeleteScheduledActionInput) (*EmptyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &EmptyOutput{}, e.change(now, goesOn, func() (autoscale.Effects, error) { return e.scaler.DeleteScheduledAction(now, in) })
}

// A ScheduledAction is a scheduled action, by AWS's names.
type ScheduledAction struct {
	Scalable
	ScheduledActionName, ScheduledActionARN string
	Schedule                                string
	Timezone                                string             `json:",omitzero"`
	StartTime, EndTime                      *request.Timestamp `json:",omitzero"`
	ScalableTargetAction                    request.ScalableTargetAction
	CreationTime                            *request.Timestamp
}

// DescribeScheduledActionsOutput is the output of DescribeScheduledActions.
type DescribeScheduledActionsOutput struct {
	ScheduledActions []ScheduledAction
	NextToken        *string `json:",omitzero"`
}

// DescribeScheduledActions performs the operation of that name. The error is a refusal.
func (e *Engine) DescribeScheduledActions(_ context.Context, _ instant.Instant, in *request.DescribeScheduledActionsInput) (*DescribeScheduledActionsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	var all []ScheduledAction
	e.read(func(s *autoscale.Scaler) {
		for _, t := range s.Targets() {
			for i := range t.ScheduledActions {
				a := &t.ScheduledActions[i]
				if asks(&in.Filter, t.Resource) && (len(in.ScheduledActionNames) == 0 || slices.Contains(in.ScheduledActionNames, a.Name)) {
					all = append(all, ScheduledAction{
						scalableOf(t.Resource), a.Name, a.ARN, a.Schedule, a.Timezone, timestamp(a.Start), timestamp(a.End), a.Action, timestamp(a.Created),
					})
				}
			}
		}
	})
	var out DescribeScheduledActionsOutput
	var err error
	out.ScheduledActions, out.NextToken, err = page(all, func(a *ScheduledAction) string {
		return a.ResourceId + "\x00" + a.ScalableDimension + "\x00" + a.ScheduledActionName
	}, &in.Page)
	return &out, err
}

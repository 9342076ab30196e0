package request

import (
	"regexp"

	"lullaby/autoscale/refusal"
	"lullaby/internal/schedule"
)

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

// actionName is AWS's pattern, which forbids blanks at the ends, control characters, ":",
// "/" and "|".
var actionName = regexp.MustCompile(`^[^ \x00-\x1f\x7f-\x{9f}:/|]([^\x00-\x1f\x7f-\x{9f}:/|]*[^ \x00-\x1f\x7f-\x{9f}:/|])?$`)

const actionPattern = `(?!((^[ ]+.*)|(.*([\u0000-\u001f]|[\u007f-\u009f]|[:/|])+.*)|(.*[ ]+$))).+`

// Check returns what AWS refuses of the input, nil if nothing.
func (in *PutScheduledActionInput) Check() error {
	var v violations
	in.constrain(&v)
	v.text(in.Schedule, "Schedule", maxText)
	v.text(in.Timezone, "Timezone", maxText)
	v.required(in.ScheduledActionName, "ScheduledActionName", maxName)
	v.pattern(in.ScheduledActionName, "ScheduledActionName", actionName, actionPattern)
	if err := v.err(); err != nil {
		return err
	}
	return firstOf(in.match(), in.checkTimes(), in.ScalableTargetAction.check())
}

// checkTimes refuses a bad schedule, zone or order of times. Assumed: the texts.
func (in *PutScheduledActionInput) checkTimes() error {
	name := ""
	if in.Timezone != nil {
		name = *in.Timezone
	}
	zone, err := schedule.Zone(name)
	if err != nil {
		return refusal.Invalid("Invalid time zone %s: %v", name, err)
	}
	if in.Schedule != nil {
		if _, err := schedule.Parse(*in.Schedule, zone); err != nil {
			return refusal.Invalid("Invalid schedule expression %s: %v", *in.Schedule, err)
		}
	}
	if in.StartTime != nil && in.EndTime != nil && *in.EndTime <= *in.StartTime {
		return refusal.Invalid("End time must be after start time")
	}
	return nil
}

func (a *ScalableTargetAction) check() error {
	switch {
	case a == nil:
		return nil
	case a.MinCapacity == nil && a.MaxCapacity == nil:
		return refusal.Invalid("At least one of minimum capacity and maximum capacity should be provided")
	}
	return CheckBounds(a.MinCapacity, a.MaxCapacity)
}

// DeleteScheduledActionInput is the input of DeleteScheduledAction.
type DeleteScheduledActionInput struct {
	ScheduledActionName *string
	Scalable
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DeleteScheduledActionInput) Check() error {
	var v violations
	in.constrain(&v)
	v.required(in.ScheduledActionName, "ScheduledActionName", maxText)
	if err := v.err(); err != nil {
		return err
	}
	return in.match()
}

// DescribeScheduledActionsInput is the input of DescribeScheduledActions.
type DescribeScheduledActionsInput struct {
	ScheduledActionNames []string
	Filter
	Page
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeScheduledActionsInput) Check() error {
	var v violations
	in.constrain(&v)
	v.texts(in.ScheduledActionNames, "ScheduledActionNames", maxList)
	return firstOf(v.err(), checkList(&in.Filter, &in.Page))
}

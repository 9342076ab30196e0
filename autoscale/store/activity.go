package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// A ScalingActivity is an activity, by AWS's names.
type ScalingActivity struct {
	ActivityId string
	Scalable
	Description, Cause string
	StartTime          *request.Timestamp
	EndTime            *request.Timestamp `json:",omitzero"`
	StatusCode         autoscale.Status
	StatusMessage      string                      `json:",omitzero"`
	NotScaledReasons   []autoscale.NotScaledReason `json:",omitzero"`
}

// DescribeScalingActivitiesOutput is the output of DescribeScalingActivities.
type DescribeScalingActivitiesOutput struct {
	ScalingActivities []ScalingActivity
	NextToken         *string `json:",omitzero"`
}

// DescribeScalingActivities performs the operation of that name: the newest is first. The
// error is a refusal.
func (e *Engine) DescribeScalingActivities(_ context.Context, now instant.Instant, in *request.DescribeScalingActivitiesInput) (*DescribeScalingActivitiesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	notScaled := in.IncludeNotScaledActivities != nil && *in.IncludeNotScaledActivities
	var all []autoscale.Activity
	e.read(func(s *autoscale.Scaler) {
		all = slices.DeleteFunc(s.Activities(now), func(a autoscale.Activity) bool {
			return !asks(&in.Filter, a.Resource) || !notScaled && a.NotScaledReasons != nil
		})
	})
	part, next, err := page(all, func(a *autoscale.Activity) string { return fmt.Sprintf("%016x", math.MaxInt64-a.Number) }, &in.Page)
	out := DescribeScalingActivitiesOutput{make([]ScalingActivity, 0, len(part)), next}
	for _, a := range part {
		out.ScalingActivities = append(out.ScalingActivities, ScalingActivity{
			a.ID, scalableOf(a.Resource), a.Description, a.Cause, timestamp(a.Start), timestamp(a.End), a.Status, a.StatusMessage, a.NotScaledReasons,
		})
	}
	return &out, err
}

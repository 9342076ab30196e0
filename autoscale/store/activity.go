package store

import (
	"context"
	"fmt"

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

	start instant.Instant
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
	var all []ScalingActivity
	e.read(func(s *autoscale.Scaler) {
		for _, a := range s.Activities(now) {
			if asks(&in.Filter, a.Resource) && (notScaled || a.NotScaledReasons == nil) {
				all = append(all, ScalingActivity{
					a.ID, scalableOf(a.Resource), a.Description, a.Cause, timestamp(a.Start), timestamp(a.End), a.Status, a.StatusMessage, a.NotScaledReasons, a.Start,
				})
			}
		}
	})
	var out DescribeScalingActivitiesOutput
	var err error
	out.ScalingActivities, out.NextToken, err = page(all, func(a *ScalingActivity) string {
		return fmt.Sprintf("%016x%s", ^uint64(a.start), a.ActivityId) //nolint:gosec // an order, not a number
	}, &in.Page)
	return &out, err
}

package store

import (
	"context"
	"errors"
	"slices"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// RegisterScalableTargetOutput is the output of RegisterScalableTarget.
type RegisterScalableTargetOutput struct{ ScalableTargetARN string }

// RegisterScalableTarget performs the operation of that name: it makes a target or
// changes one, and begins to move its units into its bounds. The error is a refusal, or
// of storage.
func (e *Engine) RegisterScalableTarget(_ context.Context, now instant.Instant, in *request.RegisterScalableTargetInput) (*RegisterScalableTargetOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	r := autoscale.Resource{ID: *in.ResourceId, Dimension: *in.ScalableDimension}
	units, changing, err := e.tables.Units(now, r)
	is := autoscale.Current{Units: units, Missing: errors.Is(err, ErrNoResource)}
	if err != nil && !is.Missing {
		return nil, err
	}
	if changing {
		defer e.Changed(r.Table()) // Run looks until it has its units
	}
	var out RegisterScalableTargetOutput
	err = e.change(now, adds, func() (autoscale.Effects, error) {
		t, effects, err := e.scaler.Register(now, in, is)
		out.ScalableTargetARN = t.ARN
		return effects, err
	})
	return &out, err
}

// DeregisterScalableTarget performs the operation of that name. The error is a refusal,
// or of storage.
func (e *Engine) DeregisterScalableTarget(_ context.Context, now instant.Instant, in *request.DeregisterScalableTargetInput) (*EmptyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &EmptyOutput{}, e.change(now, goesOn, func() (autoscale.Effects, error) { return e.scaler.Deregister(now, in) })
}

// A ScalableTarget is a target, by AWS's names.
type ScalableTarget struct {
	Scalable
	MinCapacity, MaxCapacity int64
	RoleARN                  string
	CreationTime             *request.Timestamp
	SuspendedState           SuspendedState
	ScalableTargetARN        string
}

// A SuspendedState says what of a target is suspended, by AWS's names.
type SuspendedState struct {
	DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended bool
}

// DescribeScalableTargetsOutput is the output of DescribeScalableTargets.
type DescribeScalableTargetsOutput struct {
	ScalableTargets []ScalableTarget
	NextToken       *string `json:",omitzero"`
}

// DescribeScalableTargets performs the operation of that name. The error is a refusal.
func (e *Engine) DescribeScalableTargets(_ context.Context, _ instant.Instant, in *request.DescribeScalableTargetsInput) (*DescribeScalableTargetsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	var all []ScalableTarget
	e.read(func(s *autoscale.Scaler) {
		for _, t := range s.Targets() {
			if (len(in.ResourceIds) == 0 || slices.Contains(in.ResourceIds, t.Resource.ID)) && (in.ScalableDimension == nil || *in.ScalableDimension == t.Resource.Dimension) {
				all = append(all, ScalableTarget{
					scalableOf(t.Resource), t.MinCapacity, t.MaxCapacity, t.RoleARN, timestamp(t.Created),
					SuspendedState{t.Suspended.In, t.Suspended.Out, t.Suspended.Scheduled},
					t.ARN,
				})
			}
		}
	})
	var out DescribeScalableTargetsOutput
	var err error
	out.ScalableTargets, out.NextToken, err = page(all, func(t *ScalableTarget) string { return t.ResourceId + "\x00" + t.ScalableDimension }, &in.Page)
	return &out, err
}

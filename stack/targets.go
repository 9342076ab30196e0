package stack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lullaby/autoscale"
	scaling "lullaby/autoscale/store"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// declareScaling makes scalable targets as the template declares them, as a stack update
// would.
func (s *Stack) declareScaling(ctx context.Context) error {
	if s.template == nil {
		return nil
	}
	all := make([]scaling.Declaration, len(s.template.ScalableTargets))
	for i, t := range s.template.ScalableTargets {
		all[i] = scaling.Declaration{Target: t.Register, Actions: t.Actions}
		for _, p := range t.Policies {
			all[i].Policies = append(all[i].Policies, p.Put)
		}
	}
	err := s.scaling.Declare(ctx, instant.Of(time.Now()), all)
	if refused, ok := errors.AsType[*scaling.DeclareError](err); ok {
		return s.placeOf(refused)
	}
	return err
}

// placeOf returns a refusal with the place of what was refused.
func (s *Stack) placeOf(refused *scaling.DeclareError) error {
	for _, t := range s.template.ScalableTargets {
		if *t.Register.ResourceId != *refused.Target.ResourceId || *t.Register.ScalableDimension != *refused.Target.ScalableDimension {
			continue
		}
		for _, p := range t.Policies {
			if *p.Put.PolicyName == refused.Policy {
				return fmt.Errorf("%v: scaling policy %s: %w", p.Pos(), p.LogicalID, refused.Err)
			}
		}
		return fmt.Errorf("%v: scalable target %s: %w", t.Pos(), t.LogicalID, refused.Err)
	}
	return refused
}

// keepScaled sets the units in the request for a table that exists to those that scaling
// has given it: on AWS, a stack update changes units only if the template has changed
// them, and not each time.
func (s *Stack) keepScaled(now instant.Instant, in *request.CreateTableInput) {
	s.keepUnits(now, in.ProvisionedThroughput, *in.TableName, "")
	for i := range in.GlobalSecondaryIndexes {
		ix := &in.GlobalSecondaryIndexes[i]
		s.keepUnits(now, ix.ProvisionedThroughput, *in.TableName, *ix.IndexName)
	}
}

// keepUnits sets the units of a table or an index, in each direction that is scaled, to
// those that it has.
func (s *Stack) keepUnits(now instant.Instant, to *request.ProvisionedThroughput, table, index string) {
	if to == nil {
		return
	}
	for _, of := range []struct {
		units *int64
		reads bool
	}{{to.ReadCapacityUnits, true}, {to.WriteCapacityUnits, false}} {
		r := autoscale.ResourceOf(table, index, of.reads)
		if !s.scaling.Scales(r) {
			continue
		}
		if units, _, err := (scaled{s.tables}).Units(now, r); err == nil && units > 0 {
			*of.units = units
		}
	}
}

package stack

import (
	"context"
	"errors"
	"slices"
	"time"

	"lullaby/autoscale"
	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// openScaling opens Application Auto Scaling on the tables and the alarms of the stack.
func (s *Stack) openScaling() (err error) {
	assumed := autoscale.Likely
	if s.opts.Pessimistic {
		assumed = autoscale.Strict
	}
	s.scaling, err = scaling.New(s.db, scaled{s.tables}, s.metrics, instant.Of(time.Now()), scaling.Options{Scope: s.opts.Scope, Assumed: assumed, Log: s.opts.Log})
	return err
}

// scaled are the tables as Application Auto Scaling sees them.
type scaled struct{ tables *dynamo.Engine }

// Units implements [scaling.Tables].
func (s scaled) Units(now instant.Instant, r autoscale.Resource) (units int64, changing bool, err error) {
	of, changing, err := s.units(context.Background(), now, r) // it waits for nothing
	if r.Reads() {
		return of.ReadCapacityUnits, changing, err
	}
	return of.WriteCapacityUnits, changing, err
}

// units returns what a table or an index has, nothing while it is made, and whether its
// units are changing.
func (s scaled) units(ctx context.Context, now instant.Instant, r autoscale.Resource) (of dynamo.ProvisionedThroughputDescription, changing bool, err error) {
	table := r.Table()
	out, err := s.tables.DescribeTable(ctx, now, &request.DescribeTableInput{TableName: &table})
	if err != nil {
		return of, false, scaling.ErrNoResource
	}
	of, status := out.Table.ProvisionedThroughput, out.Table.TableStatus
	if index := r.Index(); index != "" {
		i := slices.IndexFunc(out.Table.GlobalSecondaryIndexes, func(x dynamo.IndexDescription) bool { return x.IndexName == index })
		if i < 0 {
			return of, false, scaling.ErrNoResource
		}
		of, status = *out.Table.GlobalSecondaryIndexes[i].ProvisionedThroughput, out.Table.GlobalSecondaryIndexes[i].IndexStatus
	}
	switch plan.Status(status) {
	case plan.StatusDeleting:
		return of, false, scaling.ErrNoResource
	case plan.StatusCreating:
		return dynamo.ProvisionedThroughputDescription{}, true, nil
	case plan.StatusUpdating:
		return of, true, nil
	case plan.StatusActive:
	}
	return of, false, nil
}

// SetUnits implements [scaling.Tables], by UpdateTable.
func (s scaled) SetUnits(ctx context.Context, now instant.Instant, r autoscale.Resource, units int64) error {
	of, changing, err := s.units(ctx, now, r)
	if err != nil {
		return err
	}
	if changing {
		return autoscale.ErrBusy
	}
	wanted := request.ProvisionedThroughput{ReadCapacityUnits: &of.ReadCapacityUnits, WriteCapacityUnits: &of.WriteCapacityUnits}
	if r.Reads() {
		wanted.ReadCapacityUnits = &units
	} else {
		wanted.WriteCapacityUnits = &units
	}
	table, index := r.Table(), r.Index()
	in := request.UpdateTableInput{TableName: &table, ProvisionedThroughput: &wanted}
	if index != "" {
		in.ProvisionedThroughput = nil
		in.GlobalSecondaryIndexUpdates = []request.GlobalSecondaryIndexUpdate{{
			Update: &request.UpdateGlobalSecondaryIndexAction{IndexName: &index, ProvisionedThroughput: &wanted},
		}}
	}
	_, err = s.tables.UpdateTable(ctx, now, &in)
	if errors.Is(err, refusal.InUse) {
		return autoscale.ErrBusy
	}
	return err
}

package dynamo

import (
	"context"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// UpdateTableOutput is the output of UpdateTable.
type UpdateTableOutput struct{ TableDescription TableDescription }

// UpdateTable starts a change of a table, which shows as UPDATING until it
// completes in the background. The table accepts operations on items meanwhile.
// The error is a refusal.Validation, refusal.NotFound, refusal.InUse,
// refusal.LimitExceeded, refusal.Cooldown, or of storage.
func (e *Engine) UpdateTable(ctx context.Context, now instant.Instant, in *request.UpdateTableInput) (*UpdateTableOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, description, err := e.update(in, now)
	if err != nil {
		return nil, err
	}
	e.finish(ctx, t)
	return &UpdateTableOutput{description}, nil
}

func (e *Engine) update(in *request.UpdateTableInput, now instant.Instant) (*table, TableDescription, error) {
	none := TableDescription{}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(now, *in.TableName)
	if err != nil {
		return nil, none, err
	}
	if err := t.checkLife(now); err != nil {
		return nil, none, err
	}
	if err := t.checkStream(in.StreamSpecification); err != nil {
		return nil, none, err
	}
	old := t.desc.Load()
	d := old.clone()
	if err := d.encrypt(in.SSESpecification, e.opts.Scope, now.Add(e.rules.Durations.EncryptionKey)); err != nil {
		return nil, none, err
	}
	if err := d.plan.Request(now, changeOf(in), &e.rules); err != nil {
		return nil, none, err
	}
	if err := d.addIndexes(in); err != nil {
		return nil, none, err
	}
	if err := e.checkQuotas(&old.plan, &d.plan, now); err != nil {
		return nil, none, err
	}
	e.number(&d)
	if err := e.replace(t, d, wanted(in.StreamSpecification), now); err != nil {
		return nil, none, err
	}
	description := t.describe(now)
	if in.BillingMode != nil {
		description.TableStatus = string(plan.StatusUpdating) // even if the mode does not change
	}
	return t, description, nil
}

// checkLife rejects changes of a table that is being created or deleted. The
// error is a refusal.InUse.
func (t *table) checkLife(now instant.Instant) error {
	if t.gone.Load() != 0 {
		return refusal.StillInUse("Table is being deleted: %s", t.name)
	}
	return t.desc.Load().plan.CheckLife(now)
}

// addIndexes adds the shapes of the new indexes of a request, which the plan
// already has. The error is a refusal.Validation.
func (d *description) addIndexes(in *request.UpdateTableInput) error {
	onDemand := d.plan.ShownMode() == plan.OnDemand
	for i := range in.GlobalSecondaryIndexUpdates {
		create := in.GlobalSecondaryIndexUpdates[i].Create
		if create == nil {
			continue
		}
		if err := create.CheckThroughput(onDemand); err != nil {
			return err
		}
		d.indexes[*create.IndexName] = newIndex(&create.Index)
		d.define(in.AttributeDefinitions)
	}
	return nil
}

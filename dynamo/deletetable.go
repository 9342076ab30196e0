package dynamo

import (
	"context"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DeleteTableOutput is the output of DeleteTable.
type DeleteTableOutput struct{ TableDescription TableDescription }

// DeleteTable deletes a table and its items, in a time that does not depend on
// their number. The name is free again when DELETING ends. The error is a
// refusal.Validation, a refusal.NotFound, refusal.InUse for a table that is
// changing, refusal.LimitExceeded, or of storage.
func (e *Engine) DeleteTable(_ context.Context, now instant.Instant, in *request.DeleteTableInput) (*DeleteTableOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.remove(*in.TableName, now)
	if err != nil {
		return nil, err
	}
	d := t.describe(now)
	d.TableStatus = string(plan.StatusDeleting)
	d.AttributeDefinitions, d.KeySchema, d.GlobalSecondaryIndexes, d.LocalSecondaryIndexes = nil, nil, nil, nil
	d.CreationDateTime = Timestamp{} // docs/aws/tables.md#deletion
	return &DeleteTableOutput{d}, nil
}

func (e *Engine) remove(name string, now instant.Instant) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(now, name)
	if err != nil {
		return nil, err
	}
	if err := t.checkDelete(now); err != nil {
		return nil, err
	}
	if err := e.checkChanging(now); err != nil {
		return nil, err
	}
	deleting := *t.desc.Load()
	deleting.Deleting = true
	b := e.db.NewBatch()
	b.UseReserve()
	if err := e.save(b, deleting); err != nil {
		return nil, closing(b, err)
	}
	b.Delete(catalogKey(capacities, t.name))
	t.tallies(func(_ string, n *tally) {
		lower, upper := keyRange(n.id)
		b.DeleteRange(lower, upper)
	})
	stopped, err := t.stream.Load().stop(b, now)
	if err != nil {
		return nil, closing(b, err)
	}
	if err := b.Commit(); err != nil {
		return nil, err
	}
	// From here no new write finds the table. A write that already found it may
	// commit after the deletion of the range, under an id that is never reused.
	t.gone.Store(int64(now.Add(e.rules.Durations.Deleting)))
	stopped()
	e.tell(t)
	return t, nil
}

// checkDelete rejects the deletion of a table that is protected, changing or
// being deleted. The error is a refusal.InUse or refusal.Validation.
func (t *table) checkDelete(now instant.Instant) error {
	if err := t.checkLife(now); err != nil {
		return err
	}
	return t.desc.Load().plan.CheckDelete(now)
}

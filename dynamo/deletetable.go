package dynamo

import (
	"context"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DeleteTableOutput is the answer of DeleteTable.
type DeleteTableOutput struct{ TableDescription TableDescription }

// DeleteTable removes a table and its items, in a time that does not depend on
// how many there are. Its name is free when DELETING ends.
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
	if err := e.save(b, deleting); err != nil {
		return nil, closing(b, err)
	}
	b.Delete(catalogKey(capacities, name))
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
	// From here no new write finds the table. Those that did find it may land
	// after the range was deleted, under an id that is never used again.
	t.gone.Store(int64(now.Add(e.rules.Durations.Deleting)))
	stopped()
	return t, nil
}

// checkDelete refuses to delete a table that is being deleted, or may not be.
func (t *table) checkDelete(now instant.Instant) error {
	if err := t.checkLife(now); err != nil {
		return err
	}
	return t.desc.Load().plan.CheckDelete(now)
}

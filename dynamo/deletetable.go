package dynamo

import (
	"context"
	"time"
)

// DeleteTableInput is the request of DeleteTable.
type DeleteTableInput struct{ TableName *string }

// DeleteTableOutput is the answer of DeleteTable.
type DeleteTableOutput struct{ TableDescription TableDescription }

func (in *DeleteTableInput) validate() error {
	describe := DescribeTableInput(*in)
	return describe.validate()
}

// DeleteTable removes a table and its items, in a time that does not depend on
// how many there are. Its name is free when DELETING ends.
func (e *Engine) DeleteTable(_ context.Context, in *DeleteTableInput) (*DeleteTableOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	now := time.Now()
	t, err := e.remove(*in.TableName, now)
	if err != nil {
		return nil, err
	}
	d := t.describe(now)
	d.TableStatus = statusDeleting
	d.AttributeDefinitions, d.KeySchema = nil, nil
	return &DeleteTableOutput{d}, nil
}

func (e *Engine) remove(name string, now time.Time) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(name)
	if err != nil {
		return nil, err
	}
	switch t.status(now) {
	case statusCreating:
		return nil, &InUseError{"Attempt to change a resource which is still in use: Table is being created: " + name}
	case statusDeleting:
		return nil, &InUseError{"Attempt to change a resource which is still in use: Table is being deleted: " + name}
	}
	gone := now
	if !e.opts.Instant {
		gone = now.Add(deletingTime)
	}
	// From here no new write finds the table; those that did find it may still
	// land after the range is deleted, under an id that is never used again.
	t.gone.Store(gone.UnixNano())
	deleting := *t.desc.Load()
	deleting.Deleting = true
	b := e.db.NewBatch()
	if err := e.save(b, deleting); err != nil {
		return nil, err
	}
	t.tallies(func(_ string, n *tally) {
		lower, upper := keyRange(n.id)
		b.DeleteRange(lower, upper)
	})
	if s := t.stream.Load(); s != nil {
		if err := e.stopStream(b, s, now); err != nil {
			return nil, closing(b, err)
		}
	}
	if err := b.Commit(); err != nil {
		return nil, err
	}
	return t, nil
}

package dynamo

import (
	"context"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// PutItem writes an item, and replaces the item of the same key. The error is a
// refusal.Validation, a refusal.NotFound, a *ConditionError, a *ThrottleError,
// refusal.Conflict, or of storage.
func (e *Engine) PutItem(_ context.Context, now instant.Instant, in *request.PutItemInput) (*WriteOutput, error) {
	condition, err := in.Check()
	if err != nil {
		return nil, err
	}
	o, err := e.write(now, &in.Write, condition, func(t *table) (*mutation, error) { return t.put(in.Item) })
	if err != nil {
		return nil, err
	}
	return writeOutput(&in.Write, o), nil
}

// put returns the mutation that writes an item. The error is a
// refusal.Validation.
func (t *table) put(it attribute.Item) (*mutation, error) {
	key, err := t.schema.itemKey(t.id, it)
	if err != nil {
		return nil, err
	}
	if err := t.checkIndexKeys(nil, it, byPut); err != nil {
		return nil, err
	}
	return &mutation{t: t, key: key, verb: verbPut, item: it, size: it.Size()}, nil
}

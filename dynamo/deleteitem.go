package dynamo

import (
	"context"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DeleteItem deletes the item of a key, if there is one. The error is a
// refusal.Validation, a refusal.NotFound, a *ConditionError, a *ThrottleError,
// refusal.Conflict, or of storage.
func (e *Engine) DeleteItem(_ context.Context, now instant.Instant, in *request.DeleteItemInput) (*WriteOutput, error) {
	condition, err := in.Check()
	if err != nil {
		return nil, err
	}
	o, err := e.write(now, &in.Write, condition, func(t *table) (*mutation, error) { return t.delete(in.Key) })
	if err != nil {
		return nil, err
	}
	return writeOutput(&in.Write, o), nil
}

// delete returns the mutation that deletes the item of a key. The error is a
// refusal.Validation.
func (t *table) delete(k attribute.Item) (*mutation, error) {
	key, err := t.schema.primaryKey(t.id, k)
	if err != nil {
		return nil, err
	}
	return &mutation{t: t, key: key, verb: verbDelete, item: k}, nil
}

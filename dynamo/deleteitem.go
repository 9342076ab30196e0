package dynamo

import (
	"context"

	"lullaby/attribute"
)

// DeleteItemInput is the request of DeleteItem.
type DeleteItemInput struct {
	Key attribute.Item

	writeInput
}

// validate checks what the request alone shows, and returns its condition.
func (in *DeleteItemInput) validate() (*check, error) {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	in.violations(&v)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.notNull(in.Key != nil, "key")
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := v.err(); err != nil {
		return nil, err
	}
	if err := in.checkReplace(in.Key); err != nil {
		return nil, err
	}
	return in.validateCondition()
}

// DeleteItem removes the item of a key, if there is one.
func (e *Engine) DeleteItem(_ context.Context, in *DeleteItemInput) (*WriteOutput, error) {
	condition, err := in.validate()
	if err != nil {
		return nil, err
	}
	o, err := e.write(&in.writeInput, condition, func(t *table) (*mutation, error) { return t.delete(in.Key) })
	if err != nil {
		return nil, err
	}
	return in.answer(o), nil
}

// delete returns the mutation that removes the item of a key from t.
func (t *table) delete(k attribute.Item) (*mutation, error) {
	key, err := t.schema.primaryKey(t.id, k)
	if err != nil {
		return nil, err
	}
	return &mutation{t: t, key: key, verb: verbDelete, item: k}, nil
}

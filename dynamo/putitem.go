package dynamo

import (
	"context"

	"lullaby/attribute"
)

// PutItemInput is the request of PutItem.
type PutItemInput struct {
	Item attribute.Item

	writeInput
}

// validate checks what the request alone shows, and returns its condition.
func (in *PutItemInput) validate() (*check, error) {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.notNull(in.Item != nil, "item")
	in.violations(&v)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := v.err(); err != nil {
		return nil, err
	}
	if err := in.checkReplace(in.Item); err != nil {
		return nil, err
	}
	if in.Item.Size() > attribute.MaxItemSize {
		return nil, &ValidationError{msgItemSize}
	}
	return in.validateCondition()
}

const msgItemSize = "Item size has exceeded the maximum allowed size"

// PutItem writes an item, replacing the one of its key.
func (e *Engine) PutItem(_ context.Context, in *PutItemInput) (*WriteOutput, error) {
	condition, err := in.validate()
	if err != nil {
		return nil, err
	}
	o, err := e.write(&in.writeInput, condition, func(t *table) (*mutation, error) { return t.put(in.Item) })
	if err != nil {
		return nil, err
	}
	return in.answer(o), nil
}

// put returns the mutation that writes an item to t.
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

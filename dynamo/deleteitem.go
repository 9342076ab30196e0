package dynamo

import (
	"context"

	"lullaby/attribute"
)

// DeleteItemInput is the request of DeleteItem.
type DeleteItemInput struct {
	TableName                   *string
	Key                         attribute.Item
	ReturnValues                *string
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string

	conditions
}

// DeleteItemOutput is the answer of DeleteItem.
type DeleteItemOutput struct {
	Attributes       attribute.Item    `json:",omitzero"` // the item deleted, with ALL_OLD
	ConsumedCapacity *ConsumedCapacity `json:",omitzero"`
}

func (in *DeleteItemInput) validate() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.notNull(in.Key != nil, "key")
	if err := v.err(); err != nil {
		return err
	}
	if err := in.refuse(); err != nil {
		return err
	}
	if err := in.Key.Err(); err != nil {
		return invalid(err)
	}
	if in.ReturnValues != nil && *in.ReturnValues != "ALL_OLD" && *in.ReturnValues != "NONE" {
		return &ValidationError{"ReturnValues can only be ALL_OLD or NONE"}
	}
	return nil
}

// DeleteItem removes the item of a key, if there is one.
func (e *Engine) DeleteItem(_ context.Context, in *DeleteItemInput) (*DeleteItemOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := t.schema.primaryKey(t.id, in.Key)
	if err != nil {
		return nil, err
	}
	before, cost, err := e.replace(t, key, 0, nil, is(in.ReturnValues, "ALL_OLD"))
	if err != nil {
		return nil, err
	}
	return &DeleteItemOutput{
		Attributes:       before.item,
		ConsumedCapacity: consumed(in.ReturnConsumedCapacity, t.name, cost),
	}, nil
}

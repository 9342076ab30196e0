package dynamo

import (
	"context"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/attribute"
	"lullaby/capacity"
)

// PutItemInput is the request of PutItem.
type PutItemInput struct {
	TableName                   *string
	Item                        attribute.Item
	ReturnValues                *string
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string

	conditions
}

// conditions are the parameters that make a write depend on what it finds.
type conditions struct {
	ConditionExpression                 jsontext.Value
	ConditionalOperator                 jsontext.Value
	Expected                            jsontext.Value
	ExpressionAttributeNames            jsontext.Value
	ExpressionAttributeValues           jsontext.Value
	ReturnValuesOnConditionCheckFailure jsontext.Value
}

// refuse names a parameter that cannot be passed over.
func (c *conditions) refuse() error {
	switch {
	case c.ConditionExpression != nil:
		return unsupported("ConditionExpression")
	case c.Expected != nil:
		return unsupported("Expected")
	case c.ExpressionAttributeNames != nil:
		return &ValidationError{"ExpressionAttributeNames can only be specified when using expressions"}
	case c.ExpressionAttributeValues != nil:
		return &ValidationError{"ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"}
	}
	return nil
}

// PutItemOutput is the answer of PutItem.
type PutItemOutput struct {
	Attributes       attribute.Item    `json:",omitzero"` // the item replaced, with ALL_OLD
	ConsumedCapacity *ConsumedCapacity `json:",omitzero"`
}

func (in *PutItemInput) validate() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.notNull(in.Item != nil, "item")
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	if err := v.err(); err != nil {
		return err
	}
	if err := in.refuse(); err != nil {
		return err
	}
	if err := in.Item.Err(); err != nil {
		return invalid(err)
	}
	if in.ReturnValues != nil && *in.ReturnValues != "ALL_OLD" && *in.ReturnValues != "NONE" {
		return &ValidationError{"ReturnValues can only be ALL_OLD or NONE"}
	}
	return nil
}

// PutItem writes an item, replacing the one of its key.
func (e *Engine) PutItem(_ context.Context, in *PutItemInput) (*PutItemOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	size := in.Item.Size()
	if size > attribute.MaxItemSize {
		return nil, &ValidationError{"Item size has exceeded the maximum allowed size"}
	}
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := t.schema.itemKey(t.id, in.Item)
	if err != nil {
		return nil, err
	}
	before, cost, err := e.replace(t, key, size, in.Item, is(in.ReturnValues, "ALL_OLD"))
	if err != nil {
		return nil, err
	}
	return &PutItemOutput{
		Attributes:       before.item,
		ConsumedCapacity: consumed(in.ReturnConsumedCapacity, t.name, cost),
	}, nil
}

// replace makes it, of so many billed bytes, the item of key, or removes the
// item if it is nil. It returns what was there, the item itself only if whole
// is set, and what the write cost.
func (e *Engine) replace(t *table, key []byte, size int64, it attribute.Item, whole bool) (before stored, cost capacity.Tokens, err error) {
	if err := e.open(t, time.Now(), capacity.Write); err != nil {
		return stored{}, 0, err
	}
	defer t.locks.lock(key)()
	if before, err = e.read(key, whole); err != nil {
		return stored{}, 0, err
	}
	cost = capacity.WriteCost(before.size, size)
	if err := e.admit(t, time.Now(), capacity.Write, cost); err != nil {
		return stored{}, 0, err
	}
	if it == nil && !before.found {
		return before, cost, nil
	}
	b := e.db.NewBatch()
	if it == nil {
		b.Delete(key)
	} else {
		b.Set(key, appendRecord(make([]byte, 0, size+size/8+64), size, it))
	}
	if err := b.Commit(); err != nil {
		return stored{}, 0, err
	}
	t.count(before, size, it != nil)
	return before, cost, nil
}

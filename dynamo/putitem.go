package dynamo

import (
	"context"

	"lullaby/attribute"
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
	if err := in.checkUse([]parameter{{"ConditionExpression", in.ConditionExpression != nil}}, nil,
		[]parameter{{"Expected", in.Expected != nil}}); err != nil {
		return nil, err
	}
	if err := in.Item.Err(); err != nil {
		return nil, invalid(err)
	}
	if err := onlyOld(in.ReturnValues); err != nil {
		return nil, err
	}
	if in.Item.Size() > attribute.MaxItemSize {
		return nil, &ValidationError{msgItemSize}
	}
	return in.validateCondition()
}

const msgItemSize = "Item size has exceeded the maximum allowed size"

// onlyOld checks ReturnValues of an operation that has no new item to show.
func onlyOld(returnValues *string) error {
	if returnValues != nil && *returnValues != "ALL_OLD" && *returnValues != "NONE" {
		return &ValidationError{"ReturnValues can only be ALL_OLD or NONE"}
	}
	return nil
}

// PutItem writes an item, replacing the one of its key.
func (e *Engine) PutItem(_ context.Context, in *PutItemInput) (*WriteOutput, error) {
	condition, err := in.validate()
	if err != nil {
		return nil, err
	}
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	m, err := t.put(in.Item)
	if err != nil {
		return nil, err
	}
	m.check, m.whole = condition, is(in.ReturnValues, "ALL_OLD")
	o, err := e.mutate(m)
	if err != nil {
		return nil, in.failure(err)
	}
	out := &WriteOutput{
		ConsumedCapacity:      o.costs.consumed(in.ReturnConsumedCapacity, *in.TableName),
		ItemCollectionMetrics: t.collection(in.ReturnItemCollectionMetrics, in.Item),
	}
	if m.whole {
		out.Attributes = o.before.item
	}
	return out, nil
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

// ItemCollectionMetrics tells how large the items of one partition key are with
// their entries in local indexes.
type ItemCollectionMetrics struct {
	ItemCollectionKey   attribute.Item
	SizeEstimateRangeGB [2]float64
}

// collection answers ReturnItemCollectionMetrics for a write of an item, or of
// the one with a key.
// Assumed: every collection is in the lowest range; sizes are not kept.
func (t *table) collection(want *string, it attribute.Item) *ItemCollectionMetrics {
	if !is(want, "SIZE") || !t.hasLocal() {
		return nil
	}
	key := keySchema{hash: t.schema.hash}
	return &ItemCollectionMetrics{ItemCollectionKey: key.of(it), SizeEstimateRangeGB: [2]float64{0, 1}}
}

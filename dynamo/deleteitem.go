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
	if err := in.checkUse([]parameter{{"ConditionExpression", in.ConditionExpression != nil}}, nil,
		[]parameter{{"Expected", in.Expected != nil}}); err != nil {
		return nil, err
	}
	if err := in.Key.Err(); err != nil {
		return nil, invalid(err)
	}
	if err := onlyOld(in.ReturnValues); err != nil {
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
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	m, err := t.delete(in.Key)
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
		ItemCollectionMetrics: t.collection(in.ReturnItemCollectionMetrics, in.Key),
	}
	if m.whole {
		out.Attributes = o.before.item
	}
	return out, nil
}

// delete returns the mutation that removes the item of a key from t.
func (t *table) delete(k attribute.Item) (*mutation, error) {
	key, err := t.schema.primaryKey(t.id, k)
	if err != nil {
		return nil, err
	}
	return &mutation{t: t, key: key, verb: verbDelete}, nil
}

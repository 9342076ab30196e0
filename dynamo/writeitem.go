package dynamo

import (
	"lullaby/attribute"
	"lullaby/internal/awsjson"
)

// A writeInput has the members that PutItem, DeleteItem and UpdateItem share.
type writeInput struct {
	TableName                   *string
	ReturnValues                *string
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string

	conditions
}

// checkReplace checks a request that replaces or removes an item as a whole,
// given that item or its key.
func (in *writeInput) checkReplace(given attribute.Item) error {
	if err := in.checkUse([]parameter{{"ConditionExpression", in.ConditionExpression != nil}}, nil,
		[]parameter{{"Expected", in.Expected != nil}}); err != nil {
		return err
	}
	if err := given.Err(); err != nil {
		return invalid(err)
	}
	if v := in.ReturnValues; v != nil && *v != "ALL_OLD" && *v != "NONE" {
		return &ValidationError{"ReturnValues can only be ALL_OLD or NONE"}
	}
	return nil
}

// WriteOutput is the answer of PutItem, UpdateItem and DeleteItem.
type WriteOutput struct {
	Attributes            attribute.Item // as ReturnValues asks
	ConsumedCapacity      *ConsumedCapacity
	ItemCollectionMetrics *ItemCollectionMetrics
}

// AppendJSON implements awsjson.Appender.
func (out *WriteOutput) AppendJSON(dst []byte) ([]byte, error) {
	o := awsjson.NewObject(dst)
	if out.Attributes != nil {
		o.Any("Attributes", out.Attributes)
	}
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	if out.ItemCollectionMetrics != nil {
		o.Any("ItemCollectionMetrics", out.ItemCollectionMetrics)
	}
	return o.End()
}

// newMutation returns what a checked request does, without its condition what
// begin returns.
func (e *Engine) newMutation(in *writeInput, condition *check, begin func(*table) (*mutation, error)) (*mutation, error) {
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	m, err := begin(t)
	if err != nil {
		return nil, err
	}
	m.check = condition
	return m, nil
}

// write performs a checked request by itself. The error is refusal.NotFound or
// as of mutate.
func (e *Engine) write(in *writeInput, condition *check, begin func(*table) (*mutation, error)) (*outcome, error) {
	m, err := e.newMutation(in, condition, begin)
	if err != nil {
		return nil, err
	}
	m.whole = is(in.ReturnValues, "ALL_OLD")
	o, err := e.mutate(m)
	if err != nil {
		return nil, in.failure(err)
	}
	return o, nil
}

// answer tells of an outcome what the request asks for, with the attributes that
// the item had for ALL_OLD.
func (in *writeInput) answer(o *outcome) *WriteOutput {
	out := &WriteOutput{
		ConsumedCapacity:      o.costs.consumed(in.ReturnConsumedCapacity, *in.TableName),
		ItemCollectionMetrics: o.collection(in.ReturnItemCollectionMetrics),
	}
	if o.whole {
		out.Attributes = o.before.item
	}
	return out
}

// ItemCollectionMetrics tells how large the items of one partition key are with
// their entries in local indexes.
type ItemCollectionMetrics struct {
	ItemCollectionKey   attribute.Item
	SizeEstimateRangeGB [2]float64
}

// collection answers ReturnItemCollectionMetrics; nil: there is none.
// Assumed: every collection is in the lowest range; sizes are not kept.
func (m *mutation) collection(want *string) *ItemCollectionMetrics {
	if !is(want, "SIZE") || !m.t.hasLocal() {
		return nil
	}
	key := keySchema{hash: m.t.schema.hash}
	return &ItemCollectionMetrics{ItemCollectionKey: key.of(m.item), SizeEstimateRangeGB: [2]float64{0, 1}}
}

package dynamo

import (
	"errors"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// WriteOutput is the output of PutItem, UpdateItem and DeleteItem.
type WriteOutput struct {
	Attributes            attribute.Encoded // as ReturnValues asks; nil: none
	ConsumedCapacity      *ConsumedCapacity
	ItemCollectionMetrics *ItemCollectionMetrics
}

// AppendJSON implements awsjson.Appender.
func (out *WriteOutput) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	if out.Attributes != nil {
		o.Append("Attributes", out.Attributes)
	}
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	if out.ItemCollectionMetrics != nil {
		o.Any("ItemCollectionMetrics", out.ItemCollectionMetrics)
	}
	return o.End()
}

// newMutation returns the mutation of a checked request, which begin makes
// without its condition. The error is a refusal.NotFound or that of begin.
func (e *Engine) newMutation(now instant.Instant, in *request.Write, condition *request.Predicate, begin func(*table) (*mutation, error)) (*mutation, error) {
	t, err := e.table(now, *in.TableName)
	if err != nil {
		return nil, err
	}
	m, err := begin(t)
	if err != nil {
		return nil, err
	}
	m.condition = condition
	return m, nil
}

// write performs a checked request that is not part of a transaction. The error
// is a refusal.NotFound or that of mutate.
func (e *Engine) write(now instant.Instant, in *request.Write, condition *request.Predicate, begin func(*table) (*mutation, error)) (*outcome, error) {
	m, err := e.newMutation(now, in, condition, begin)
	if err != nil {
		return nil, err
	}
	m.whole = in.ReturnsOfOld()
	o, err := e.mutate(now, m)
	if err != nil {
		return nil, failure(in, err)
	}
	return o, nil
}

// writeOutput returns the output of a write, with the old attributes if
// ReturnValues is ALL_OLD.
func writeOutput(in *request.Write, o *outcome) *WriteOutput {
	out := &WriteOutput{
		ConsumedCapacity:      o.costs.consumed(in.ReturnConsumedCapacity, *in.TableName),
		ItemCollectionMetrics: o.collection(in.ReturnItemCollectionMetrics),
	}
	if in.ReturnsOld() {
		out.Attributes = o.before.form()
	}
	return out
}

// failure returns err. It drops the item of a *ConditionError unless the request
// asks for it.
func failure(in *request.Write, err error) error {
	if failed, ok := errors.AsType[*ConditionError](err); ok && !in.ReturnsFound() {
		failed.Item = nil
	}
	return err
}

// ItemCollectionMetrics estimates the size of the items of one partition key with
// their entries in local indexes.
type ItemCollectionMetrics struct {
	ItemCollectionKey   attribute.Item
	SizeEstimateRangeGB [2]Double
}

// collection returns the metrics for a ReturnItemCollectionMetrics of want; nil
// if there are none. Assumed: every collection is in the lowest range; sizes are
// not tracked.
func (m *mutation) collection(want *string) *ItemCollectionMetrics {
	if !is(want, "SIZE") || !m.t.hasLocal() {
		return nil
	}
	key := keySchema{hash: m.t.schema.hash}
	return &ItemCollectionMetrics{ItemCollectionKey: key.of(m.item), SizeEstimateRangeGB: [2]Double{0, 1}}
}

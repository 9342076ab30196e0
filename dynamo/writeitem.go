package dynamo

import (
	"errors"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

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

// write performs a checked request by itself. The error is refusal.NotFound or
// as of mutate.
func (e *Engine) write(now instant.Instant, in *request.Write, condition *request.Predicate, begin func(*table) (*mutation, error)) (*outcome, error) {
	m, err := e.newMutation(now, in, condition, begin)
	if err != nil {
		return nil, err
	}
	m.whole = in.ReturnsOld()
	o, err := e.mutate(now, m)
	if err != nil {
		return nil, failure(in, err)
	}
	return o, nil
}

// answer tells of an outcome what the request asks for, with the attributes that
// the item had for ALL_OLD.
func writeOutput(in *request.Write, o *outcome) *WriteOutput {
	out := &WriteOutput{
		ConsumedCapacity:      o.costs.consumed(in.ReturnConsumedCapacity, *in.TableName),
		ItemCollectionMetrics: o.collection(in.ReturnItemCollectionMetrics),
	}
	if o.whole {
		out.Attributes = o.before.item
	}
	return out
}

// failure returns the error of a request, without the item that a condition
// found unless it asked for it.
func failure(in *request.Write, err error) error {
	if failed, ok := errors.AsType[*ConditionError](err); ok && !in.ReturnsFound() {
		failed.Item = nil
	}
	return err
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

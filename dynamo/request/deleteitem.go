package request

import "lullaby/attribute"

// DeleteItemInput is the request of DeleteItem.
type DeleteItemInput struct {
	Key attribute.Item

	Write
}

// Check returns the condition of the request, nil if it has none. The error is a
// refusal.Validation.
func (in *DeleteItemInput) Check() (*Predicate, error) {
	condition, err := in.checkIn(writeLayer)
	if err != nil {
		if l := in.layer(in.Key); l != writeLayer {
			return in.checkIn(l)
		}
	}
	return condition, err
}

func (in *DeleteItemInput) checkIn(l *layer) (*Predicate, error) {
	if err := in.checkName(l); err != nil {
		return nil, err
	}
	v := violations{layer: l}
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	in.name(&v)
	in.violations(&v)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.notNull(in.Key != nil, "key")
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure, "")
	if err := v.err(); err != nil {
		return nil, err
	}
	condition, err := in.checkReplace(l, in.Key, 0)
	return condition, l.word(err)
}

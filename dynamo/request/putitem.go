package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// PutItemInput is the request of PutItem.
type PutItemInput struct {
	Item attribute.Item

	Write
}

// Check returns the condition of the request, nil if it has none. The error is a
// refusal.Validation.
func (in *PutItemInput) Check() (*Predicate, error) {
	condition, err := in.checkIn(writeLayer)
	if err != nil {
		if l := in.layer(in.Item); l != writeLayer {
			return in.checkIn(l)
		}
	}
	return condition, err
}

func (in *PutItemInput) checkIn(l *layer) (*Predicate, error) {
	if err := in.checkName(l); err != nil {
		return nil, err
	}
	v := violations{layer: l}
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	in.name(&v)
	v.notNull(in.Item != nil, "item")
	in.violations(&v)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure, "")
	if err := v.err(); err != nil {
		return nil, err
	}
	return in.checkItem(l)
}

// checkItem checks the request beyond the API model.
func (in *PutItemInput) checkItem(l *layer) (*Predicate, error) {
	condition, err := in.checkReplace(l, in.Item, attribute.MaxItemSize)
	return condition, l.word(err)
}

// errItemSize is a refusal that has one text in all layers.
var errItemSize = refusal.Invalid("Item size has exceeded the maximum allowed size")

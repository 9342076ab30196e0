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
		return nil, refusal.Invalid(msgItemSize)
	}
	return in.check()
}

const msgItemSize = "Item size has exceeded the maximum allowed size"

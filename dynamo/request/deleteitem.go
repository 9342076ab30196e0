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
	if err := in.checkReplace(in.Key); err != nil {
		return nil, err
	}
	return in.check()
}

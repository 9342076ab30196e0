package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// A Write has the members that PutItem, DeleteItem and UpdateItem share.
type Write struct {
	TableName                   *string
	ReturnValues                *string
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string

	Conditions
}

// ReturnsOld reports whether the output has the old item.
func (w *Write) ReturnsOld() bool { return is(w.ReturnValues, "ALL_OLD") }

// ReturnsFound reports whether the refusal of a failed condition has the item
// found.
func (w *Write) ReturnsFound() bool { return is(w.ReturnValuesOnConditionCheckFailure, "ALL_OLD") }

// checkReplace checks a request that replaces or removes an item as a whole,
// given that item or its key.
func (w *Write) checkReplace(given attribute.Item) error {
	if err := w.exclude([]parameter{{"ConditionExpression", w.ConditionExpression != nil}}, nil,
		[]parameter{{"Expected", w.Expected != nil}}); err != nil {
		return err
	}
	if err := given.Err(); err != nil {
		return invalid(err)
	}
	if v := w.ReturnValues; v != nil && *v != "ALL_OLD" && *v != "NONE" {
		return refusal.Invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	return nil
}

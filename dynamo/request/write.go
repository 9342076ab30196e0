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

// ReturnsOfOld reports whether the output has the old item or a part of it.
func (w *Write) ReturnsOfOld() bool { return w.ReturnsOld() || is(w.ReturnValues, "UPDATED_OLD") }

// ReturnsFound reports whether the refusal of a failed condition has the item
// found.
func (w *Write) ReturnsFound() bool { return is(w.ReturnValuesOnConditionCheckFailure, "ALL_OLD") }

// layer returns the layer that answers a request that has been refused, given its
// item or key: a value that is very deep makes it the older one
// (docs/aws/messages.md#nesting).
func (w *Write) layer(given attribute.Item) *layer {
	deep := given.Deep() || w.ExpressionAttributeValues.Deep()
	for _, e := range w.Expected {
		deep = deep || e.Value != nil && e.Value.Deep() || attribute.List(e.AttributeValueList...).Deep()
	}
	if deep {
		return olderLayer
	}
	return writeLayer
}

// checkName refuses an empty name in the layer of writes, alone.
func (w *Write) checkName(l *layer) error {
	if l == writeLayer && is(w.TableName, "") {
		var alone violations
		alone.unvalued("TableName", "length greater than or equal to 1")
		return alone.err()
	}
	return nil
}

// name notes a violation of the bounds of the table's name. Of an empty one the
// layer says no more than that (docs/aws/messages.md#layers).
func (w *Write) name(v *violations) {
	if is(w.TableName, "") {
		v.length(w.TableName, "tableName", 1, 0)
	} else {
		v.tableName(w.TableName)
	}
}

// checkReplace checks a request that replaces or removes an item as a whole, given
// that item or its key, and returns its condition, nil if it has none. most is the
// most bytes of an item, 0 for a key. In a transaction the expression comes before
// the values of the item or key.
func (w *Write) checkReplace(l *layer, given attribute.Item, most int64) (*Predicate, error) {
	if err := w.exclude(l, []parameter{{"ConditionExpression", w.ConditionExpression != nil}}, nil,
		[]parameter{{"Expected", w.Expected != nil}, {"ConditionalOperator", w.ConditionalOperator != nil}}); err != nil {
		return nil, err
	}
	if err := given.Err(); err != nil && l != transactionLayer {
		return nil, invalid(err)
	}
	if v := w.ReturnValues; v != nil && *v != "ALL_OLD" && *v != "NONE" {
		return nil, refusal.Invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	if most > 0 && given.Size() > most {
		return nil, errItemSize
	}
	condition, err := w.check(l)
	if err != nil {
		return nil, err
	}
	return condition, invalid(given.Err())
}

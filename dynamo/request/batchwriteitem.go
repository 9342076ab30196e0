package request

import (
	"fmt"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// maxBatchWrites bounds BatchWriteItem (API Reference, "BatchWriteItem").
const maxBatchWrites = 25

// BatchWriteItemInput is the request of BatchWriteItem.
type BatchWriteItemInput struct {
	RequestItems                map[string][]WriteRequest
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string
}

// WriteRequest is one write of a batch: exactly one member must be set.
type WriteRequest struct {
	PutRequest    *PutRequest    `json:",omitzero"`
	DeleteRequest *DeleteRequest `json:",omitzero"`
}

// PutRequest writes an item.
type PutRequest struct{ Item attribute.Item }

// DeleteRequest removes the item of a key.
type DeleteRequest struct{ Key attribute.Item }

// Tables returns the names of the tables in order.
func (in *BatchWriteItemInput) Tables() []string { return sortedKeys(in.RequestItems) }

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *BatchWriteItemInput) Check() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	tables := in.Tables()
	switch {
	case !v.notNull(in.RequestItems != nil, "requestItems"):
	case len(tables) == 0 && v.texts == nil:
		return refusal.Invalid("The requestItems parameter is required for BatchWriteItem")
	case v.texts == nil: // otherwise the others come alone
		v.tables(tables, "requestItems", in.print)
	}
	bad := func(writes []WriteRequest) bool { return len(writes) == 0 || len(writes) > maxBatchWrites }
	if slices.ContainsFunc(tables, func(name string) bool { return bad(in.RequestItems[name]) }) {
		v.add("'"+in.print()+"'", "requestItems", fmt.Sprintf("Map value must satisfy constraint: "+
			"[Member must have length less than or equal to %d, Member must have length greater than or equal to 1]", maxBatchWrites))
	}
	for _, name := range tables {
		if v.full() {
			break
		}
		for i, w := range in.RequestItems[name] {
			w.violations(&v, fmt.Sprintf("requestItems.%s.member.%d.member.", name, i+1))
		}
	}
	if err := v.err(); err != nil {
		return err
	}
	writes := 0
	for _, name := range tables {
		for _, w := range in.RequestItems[name] {
			if err := w.check(); err != nil {
				return err
			}
			if writes++; writes > maxBatchWrites {
				return refusal.Invalid("Too many items requested for the BatchWriteItem call")
			}
		}
	}
	return nil
}

// violations adds the violations of the API model by the write at path.
func (w *WriteRequest) violations(v *violations, path string) {
	if w.DeleteRequest != nil {
		v.notNull(w.DeleteRequest.Key != nil, path+"deleteRequest.key")
	}
	if w.PutRequest != nil {
		v.notNull(w.PutRequest.Item != nil, path+"putRequest.item")
	}
}

func (w *WriteRequest) check() error {
	if (w.PutRequest == nil) == (w.DeleteRequest == nil) {
		return refusal.Invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	if w.DeleteRequest != nil {
		return olderLayer.word(w.DeleteRequest.Key.Err())
	}
	if err := w.PutRequest.Item.Err(); err != nil {
		return olderLayer.word(err)
	}
	if w.PutRequest.Item.Size() > attribute.MaxItemSize {
		return errItemSize
	}
	return nil
}

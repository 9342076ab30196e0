package request

import (
	"fmt"

	"lullaby/attribute"
)

// TransactGetItemsInput is the request of TransactGetItems.
type TransactGetItemsInput struct {
	TransactItems          []TransactGetItem
	ReturnConsumedCapacity *string
}

// TransactGetItem is one read.
type TransactGetItem struct{ Get *GetAction }

// GetAction reads the item of a key.
type GetAction struct {
	TableName                *string
	Key                      attribute.Item
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
}

// Check returns the first refusal of the request as a whole; the input of GetItem
// checks a read. The error is a refusal.Validation.
func (in *TransactGetItemsInput) Check() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.actions(len(in.TransactItems), in.TransactItems != nil)
	for i, item := range in.TransactItems {
		path := fmt.Sprintf("transactItems.%d.member.get", i+1)
		if v.notNull(item.Get != nil, path) {
			v.notNull(item.Get.Key != nil, path+".key")
			v.actionTable(item.Get.TableName, path+".tableName")
		}
	}
	return v.err()
}

// GetItem returns the read as the input of its operation.
func (g *GetAction) GetItem() GetItemInput {
	return GetItemInput{TableName: g.TableName, Key: g.Key, Lookup: Lookup{
		ProjectionExpression: g.ProjectionExpression, ExpressionAttributeNames: g.ExpressionAttributeNames,
	}}
}

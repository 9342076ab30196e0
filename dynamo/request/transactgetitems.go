package request

import (
	"fmt"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
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

// A Read is a checked read of a transaction.
type Read struct {
	*GetAction

	Projection *expr.Projection // nil: the whole item
	Paths      []expr.Path      // of the projection
}

// Check returns the reads of the request. The error is a refusal.Validation.
func (in *TransactGetItemsInput) Check() ([]Read, error) {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.actions(len(in.TransactItems), in.TransactItems != nil, in.print)
	for i, item := range in.TransactItems {
		path := fmt.Sprintf("transactItems.%d.member.get", i+1)
		if v.notNull(item.Get != nil, path) {
			v.notNull(item.Get.Key != nil, path+".key")
			v.actionTable(item.Get.TableName, path+".tableName")
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	reads := make([]Read, len(in.TransactItems))
	for i, item := range in.TransactItems {
		g := item.Get
		in := GetItemInput{TableName: g.TableName, Key: g.Key, Lookup: Lookup{
			ProjectionExpression: g.ProjectionExpression, ExpressionAttributeNames: g.ExpressionAttributeNames,
		}}
		projection, paths, err := in.check(transactionLayer)
		if err != nil {
			return nil, err
		}
		reads[i] = Read{g, projection, paths}
	}
	return reads, nil
}

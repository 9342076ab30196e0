package request

import (
	"fmt"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// Bounds of a transaction (API Reference, "TransactWriteItems").
const (
	maxActions = 100
	maxToken   = 36 // characters of ClientRequestToken
)

// TransactWriteItemsInput is the request of TransactWriteItems.
type TransactWriteItemsInput struct {
	TransactItems               []TransactWriteItem
	ClientRequestToken          *string
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string
}

// TransactWriteItem is one action: exactly one member must be set.
type TransactWriteItem struct {
	ConditionCheck *KeyAction    `json:",omitzero"`
	Put            *PutAction    `json:",omitzero"`
	Delete         *KeyAction    `json:",omitzero"`
	Update         *UpdateAction `json:",omitzero"`
}

// PutAction writes an item.
type PutAction struct {
	TableName *string
	Item      attribute.Item

	ActionConditions
}

// KeyAction removes the item of a key, or only checks its condition.
type KeyAction struct {
	TableName *string
	Key       attribute.Item

	ActionConditions
}

// UpdateAction changes attributes of the item of a key.
type UpdateAction struct {
	TableName        *string
	Key              attribute.Item
	UpdateExpression *string

	ActionConditions
}

// ActionConditions are the parameters of a conditional action.
type ActionConditions struct {
	ConditionExpression                 *string
	ReturnValuesOnConditionCheckFailure *string

	Placeholders
}

// write returns the parameters as those of the operation by itself.
func (c *ActionConditions) write(table *string) Write {
	return Write{TableName: table, Conditions: Conditions{
		ConditionExpression:                 c.ConditionExpression,
		ReturnValuesOnConditionCheckFailure: c.ReturnValuesOnConditionCheckFailure,
		Placeholders:                        c.Placeholders,
	}}
}

// PutItem returns the action as the input of its operation.
func (a *PutAction) PutItem() PutItemInput {
	return PutItemInput{Item: a.Item, Write: a.write(a.TableName)}
}

// DeleteItem returns the action as the input of its operation.
func (a *KeyAction) DeleteItem() DeleteItemInput {
	return DeleteItemInput{Key: a.Key, Write: a.write(a.TableName)}
}

// UpdateItem returns the action as the input of its operation.
func (a *UpdateAction) UpdateItem() UpdateItemInput {
	return UpdateItemInput{Key: a.Key, UpdateExpression: a.UpdateExpression, Write: a.write(a.TableName)}
}

// Check returns the first refusal of the request as a whole; the input of the
// action's operation checks an action. The error is a refusal.Validation.
func (in *TransactWriteItemsInput) Check() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.actions(len(in.TransactItems), in.TransactItems != nil)
	v.length(in.ClientRequestToken, "clientRequestToken", 1, maxToken)
	for i, item := range in.TransactItems {
		item.violations(&v, fmt.Sprintf("transactItems.%d.member.", i+1))
	}
	return v.err()
}

// actions checks how many actions a transaction has.
func (v *violations) actions(n int, present bool) {
	if v.notNull(present, "transactItems") {
		v.count(n, func() string { return "[]" }, "transactItems", maxActions)
	}
}

// violations adds the violations of the API model by the action at path.
func (item *TransactWriteItem) violations(v *violations, path string) {
	if a := item.ConditionCheck; a != nil {
		v.action(a.TableName, a.Key != nil, path+"conditionCheck", ".key")
		v.notNull(a.ConditionExpression != nil, path+"conditionCheck.conditionExpression")
	}
	if a := item.Put; a != nil {
		v.action(a.TableName, a.Item != nil, path+"put", ".item")
	}
	if a := item.Delete; a != nil {
		v.action(a.TableName, a.Key != nil, path+"delete", ".key")
	}
	if a := item.Update; a != nil {
		v.action(a.TableName, a.Key != nil, path+"update", ".key")
		v.notNull(a.UpdateExpression != nil, path+"update.updateExpression")
	}
}

// action checks the table of an action, and that it has an item or a key.
func (v *violations) action(table *string, present bool, path, keyed string) {
	v.notNull(present, path+keyed)
	v.actionTable(table, path+".tableName")
}

// Check rejects an element with no action or several. The error is a
// refusal.Validation.
func (item *TransactWriteItem) Check() error {
	members := 0
	for _, there := range [...]bool{item.ConditionCheck != nil, item.Put != nil, item.Delete != nil, item.Update != nil} {
		if there {
			members++
		}
	}
	if members != 1 {
		return refusal.Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	return nil
}

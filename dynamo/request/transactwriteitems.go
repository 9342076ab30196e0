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

// An Action is a checked action of a transaction: of the members Put, Update,
// Delete and ConditionCheck one is set.
type Action struct {
	*Write

	Put            *PutItemInput
	Update         *UpdateItemInput
	Delete         *DeleteItemInput
	ConditionCheck *DeleteItemInput

	Condition *Predicate // nil: none
	Changes   Update     // of Update
}

// Check returns the actions of the request. The first fault of the first action
// that has one is reported, before any table is looked up. The error is a
// refusal.Validation.
func (in *TransactWriteItemsInput) Check() ([]Action, error) {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.actions(len(in.TransactItems), in.TransactItems != nil, in.print)
	v.length(in.ClientRequestToken, "clientRequestToken", 1, maxToken)
	for i, item := range in.TransactItems {
		item.violations(&v, fmt.Sprintf("transactItems.%d.member.", i+1))
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	actions := make([]Action, len(in.TransactItems))
	for i := range in.TransactItems {
		if err := in.TransactItems[i].check(&actions[i]); err != nil {
			return nil, err
		}
	}
	return actions, nil
}

// check checks the action and fills a with it.
func (item *TransactWriteItem) check(a *Action) (err error) {
	if err := item.checkMembers(); err != nil {
		return err
	}
	switch {
	case item.Put != nil:
		a.Put = &PutItemInput{Item: item.Put.Item, Write: item.Put.write(item.Put.TableName)}
		a.Write = &a.Put.Write
		a.Condition, err = a.Put.checkItem(transactionLayer)
		return err
	case item.Update != nil:
		u := item.Update
		a.Update = &UpdateItemInput{Key: u.Key, UpdateExpression: u.UpdateExpression, Write: u.write(u.TableName)}
		a.Write = &a.Update.Write
		a.Condition, a.Changes, err = a.Update.checkUpdate(transactionLayer)
		return transactionLayer.word(err)
	case item.Delete != nil:
		a.Delete = item.Delete.deleteItem()
		a.Write = &a.Delete.Write
	default:
		a.ConditionCheck = item.ConditionCheck.deleteItem()
		a.Write = &a.ConditionCheck.Write
	}
	key := item.Delete
	if key == nil {
		key = item.ConditionCheck
	}
	a.Condition, err = a.checkReplace(transactionLayer, key.Key, 0)
	return transactionLayer.word(err)
}

func (a *KeyAction) deleteItem() *DeleteItemInput {
	return &DeleteItemInput{Key: a.Key, Write: a.write(a.TableName)}
}

// actions checks how many actions a transaction has.
func (v *violations) actions(n int, present bool, printed func() string) {
	if v.notNull(present, "transactItems") {
		v.count(n, printed, "transactItems", maxActions)
	}
}

// violations adds the violations of the API model by the action at path.
func (item *TransactWriteItem) violations(v *violations, path string) {
	if a := item.ConditionCheck; a != nil {
		v.action(a.TableName, a.Key != nil, &a.ActionConditions, path+"conditionCheck", ".key")
		v.notNull(a.ConditionExpression != nil, path+"conditionCheck.conditionExpression")
	}
	if a := item.Put; a != nil {
		v.action(a.TableName, a.Item != nil, &a.ActionConditions, path+"put", ".item")
	}
	if a := item.Delete; a != nil {
		v.action(a.TableName, a.Key != nil, &a.ActionConditions, path+"delete", ".key")
	}
	if a := item.Update; a != nil {
		v.action(a.TableName, a.Key != nil, &a.ActionConditions, path+"update", ".key")
		v.notNull(a.UpdateExpression != nil, path+"update.updateExpression")
	}
}

// action checks the table of an action, that it has an item or a key, and what its
// condition returns.
func (v *violations) action(table *string, present bool, c *ActionConditions, path, keyed string) {
	v.notNull(present, path+keyed)
	v.actionTable(table, path+".tableName")
	v.returnOnFailure(c.ReturnValuesOnConditionCheckFailure, path+".")
}

// checkMembers rejects an element with no action or several.
func (item *TransactWriteItem) checkMembers() error {
	members := 0
	for _, there := range [...]bool{item.ConditionCheck != nil, item.Put != nil, item.Delete != nil, item.Update != nil} {
		if there {
			members++
		}
	}
	switch members {
	case 0:
		return refusal.Invalid("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
	case 1:
		return nil
	}
	return refusal.Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
}

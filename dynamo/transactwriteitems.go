package dynamo

import (
	"bytes"
	"context"
	"slices"

	"lullaby/attribute"
)

// Bounds of a transaction (API Reference, "TransactWriteItems").
const (
	maxActions     = 100
	maxTransaction = 4 << 20 // bytes of items
)

// TransactWriteItemsInput is the request of TransactWriteItems.
type TransactWriteItemsInput struct {
	TransactItems               []TransactWriteItem
	ClientRequestToken          *string
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string
}

// TransactWriteItem is one action: exactly one of its members is there.
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

	actionCondition
}

// KeyAction removes the item of a key, or only checks its condition.
type KeyAction struct {
	TableName *string
	Key       attribute.Item

	actionCondition
}

// UpdateAction changes attributes of the item of a key.
type UpdateAction struct {
	TableName        *string
	Key              attribute.Item
	UpdateExpression *string

	actionCondition
}

// actionCondition are the parameters that make an action depend on what it
// finds.
type actionCondition struct {
	ConditionExpression                 *string
	ReturnValuesOnConditionCheckFailure *string

	expressions
}

// of returns the parameters as those of the operation by itself.
func (c *actionCondition) of(table *string) writeInput {
	return writeInput{TableName: table, conditions: conditions{
		ConditionExpression:                 c.ConditionExpression,
		ReturnValuesOnConditionCheckFailure: c.ReturnValuesOnConditionCheckFailure,
		expressions:                         c.expressions,
	}}
}

// TransactWriteItemsOutput is the answer of TransactWriteItems.
type TransactWriteItemsOutput struct {
	ConsumedCapacity      []*ConsumedCapacity                 `json:",omitzero"`
	ItemCollectionMetrics map[string][]*ItemCollectionMetrics `json:",omitzero"`
}

func (in *TransactWriteItemsInput) validate() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	if v.notNull(in.TransactItems != nil, "transactItems") {
		v.count(len(in.TransactItems), func() string { return "[]" }, "transactItems", maxActions)
	}
	v.text(in.ClientRequestToken, "clientRequestToken", nil, 1, maxToken)
	for i, item := range in.TransactItems {
		item.violations(&v, "transactItems."+itoa(int64(i+1))+".member.")
	}
	return v.err()
}

func (item *TransactWriteItem) violations(v *violations, path string) {
	check := func(name string, table *string, key attribute.Item, keyName string) {
		v.notNull(key != nil, path+name+"."+keyName)
		if v.notNull(table != nil, path+name+".tableName") {
			v.text(table, path+name+".tableName", tablePattern(table), 1, 0)
		}
	}
	if a := item.ConditionCheck; a != nil {
		check("conditionCheck", a.TableName, a.Key, "key")
		v.notNull(a.ConditionExpression != nil, path+"conditionCheck.conditionExpression")
	}
	if a := item.Put; a != nil {
		check("put", a.TableName, a.Item, "item")
	}
	if a := item.Delete; a != nil {
		check("delete", a.TableName, a.Key, "key")
	}
	if a := item.Update; a != nil {
		check("update", a.TableName, a.Key, "key")
		v.notNull(a.UpdateExpression != nil, path+"update.updateExpression")
	}
}

// TransactWriteItems performs all its actions or none.
func (e *Engine) TransactWriteItems(_ context.Context, in *TransactWriteItemsInput) (*TransactWriteItemsOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	actions := make([]*action, len(in.TransactItems))
	for i := range in.TransactItems {
		a, err := e.action(&in.TransactItems[i])
		if err != nil {
			return nil, err
		}
		actions[i] = a
	}
	if err := checkActions(actions); err != nil {
		return nil, err
	}
	k, replayed, err := e.beginToken(in)
	if err != nil {
		return nil, err
	}
	defer k.end()
	if replayed != nil {
		return &TransactWriteItemsOutput{ConsumedCapacity: e.replay(replayed, actions, in.ReturnConsumedCapacity)}, nil
	}
	if err := e.transact(actions, k); err != nil {
		return nil, err
	}
	out := &TransactWriteItemsOutput{ConsumedCapacity: consumedBy(actions, in.ReturnConsumedCapacity)}
	for _, a := range actions {
		if a.verb != verbCheck {
			out.ItemCollectionMetrics = addCollection(out.ItemCollectionMetrics, *a.in.TableName, a.collection(in.ReturnItemCollectionMetrics))
		}
	}
	return out, nil
}

// action checks one action as the operation of its name would.
func (e *Engine) action(item *TransactWriteItem) (*action, error) {
	members := 0
	for _, there := range [...]bool{item.ConditionCheck != nil, item.Put != nil, item.Delete != nil, item.Update != nil} {
		if there {
			members++
		}
	}
	if members != 1 {
		return nil, &ValidationError{"TransactItems can only contain one of Check, Put, Update or Delete"}
	}
	switch {
	case item.Put != nil:
		in := PutItemInput{Item: item.Put.Item, writeInput: item.Put.of(item.Put.TableName)}
		condition, err := in.validate()
		return e.newAction(&in.writeInput, condition, err, func(t *table) (*mutation, error) { return t.put(in.Item) })
	case item.Update != nil:
		in := UpdateItemInput{
			Key: item.Update.Key, UpdateExpression: item.Update.UpdateExpression,
			writeInput: item.Update.of(item.Update.TableName),
		}
		condition, u, err := in.validate()
		return e.newAction(&in.writeInput, condition, err, func(t *table) (*mutation, error) { return t.update(in.Key, u) })
	default:
		given, verb := item.Delete, verbDelete
		if given == nil {
			given, verb = item.ConditionCheck, verbCheck
		}
		in := DeleteItemInput{Key: given.Key, writeInput: given.of(given.TableName)}
		condition, err := in.validate()
		return e.newAction(&in.writeInput, condition, err, func(t *table) (*mutation, error) {
			m, err := t.delete(in.Key)
			if err == nil {
				m.verb = verb
			}
			return m, err
		})
	}
}

func (e *Engine) newAction(in *writeInput, condition *check, invalid error, begin func(*table) (*mutation, error)) (*action, error) {
	if invalid != nil {
		return nil, invalid
	}
	m, err := e.newMutation(in, condition, begin)
	if err != nil {
		return nil, err
	}
	return &action{mutation: *m, in: in}, nil
}

var errOneItem = &ValidationError{"Transaction request cannot include multiple operations on one item"}

func checkActions(actions []*action) error {
	var size int64
	for i, a := range actions {
		size += a.size
		if slices.ContainsFunc(actions[:i], func(b *action) bool { return bytes.Equal(a.key, b.key) }) {
			return errOneItem
		}
	}
	if size > maxTransaction {
		// Assumed: the text; AWS documents the bound alone.
		return &ValidationError{"Transaction size limit exceeded: The aggregate size of the items in the transaction cannot exceed 4 MB"}
	}
	return nil
}

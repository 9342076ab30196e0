package dynamo

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
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

func (c *actionCondition) conditions() conditions {
	return conditions{
		ConditionExpression:                 c.ConditionExpression,
		ReturnValuesOnConditionCheckFailure: c.ReturnValuesOnConditionCheckFailure,
		expressions:                         c.expressions,
	}
}

// TransactWriteItemsOutput is the answer of TransactWriteItems.
type TransactWriteItemsOutput struct {
	ConsumedCapacity      []*ConsumedCapacity                 `json:",omitzero"`
	ItemCollectionMetrics map[string][]*ItemCollectionMetrics `json:",omitzero"`
}

// An action is one action of a transaction on its way.
type action struct {
	mutation

	name    string         // of the table, as the request has it
	keyed   attribute.Item // the item or its key
	failure func(error) error
	outcome *outcome
	reason  error // why it cancels the transaction
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
			out.ItemCollectionMetrics = addCollection(out.ItemCollectionMetrics, a.name, a.t.collection(in.ReturnItemCollectionMetrics, a.keyed))
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
		in := PutItemInput{TableName: item.Put.TableName, Item: item.Put.Item, conditions: item.Put.conditions()}
		condition, err := in.validate()
		return e.newAction(in.TableName, in.Item, condition, in.failure, err, func(t *table) (*mutation, error) { return t.put(in.Item) })
	case item.Update != nil:
		in := UpdateItemInput{
			TableName: item.Update.TableName, Key: item.Update.Key,
			UpdateExpression: item.Update.UpdateExpression, conditions: item.Update.conditions(),
		}
		condition, u, err := in.validate()
		return e.newAction(in.TableName, in.Key, condition, in.failure, err, func(t *table) (*mutation, error) { return t.update(in.Key, u) })
	default:
		given, verb := item.Delete, verbDelete
		if given == nil {
			given, verb = item.ConditionCheck, verbCheck
		}
		in := DeleteItemInput{TableName: given.TableName, Key: given.Key, conditions: given.conditions()}
		condition, err := in.validate()
		return e.newAction(in.TableName, in.Key, condition, in.failure, err, func(t *table) (*mutation, error) {
			m, err := t.delete(in.Key)
			if err == nil {
				m.verb = verb
			}
			return m, err
		})
	}
}

func (e *Engine) newAction(name *string, keyed attribute.Item, condition *check, failure func(error) error, invalid error,
	begin func(*table) (*mutation, error),
) (*action, error) {
	if invalid != nil {
		return nil, invalid
	}
	t, err := e.table(*name)
	if err != nil {
		return nil, err
	}
	m, err := begin(t)
	if err != nil {
		return nil, err
	}
	m.check = condition
	return &action{mutation: *m, name: *name, keyed: keyed, failure: failure}, nil
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

// transact performs the actions under the locks of their keys. The error is a
// *CanceledError, a *ThrottleError or of storage.
func (e *Engine) transact(actions []*action, k *token) error {
	defer lockAll(actions)()
	if err := canceled(actions); err != nil {
		return err
	}
	for _, a := range actions {
		o, err := e.prepare(&a.mutation)
		switch {
		case err == nil:
		case errors.Is(err, refusal.Condition), errors.Is(err, refusal.Validation):
			a.reason = a.failure(err)
		default:
			return err
		}
		if a.outcome = o; o != nil {
			o.costs.table *= 2
		}
	}
	if err := canceled(actions); err != nil {
		e.chargeCanceled(actions)
		return err
	}
	if err := e.admitAll(actions); err != nil {
		return err
	}
	outcomes := make([]*outcome, len(actions))
	for i, a := range actions {
		outcomes[i] = a.outcome
	}
	return e.commit(time.Now(), k, outcomes...)
}

// lockAll locks the keys of the actions in their order. An action whose key
// another transaction has gets that for a reason.
func lockAll(actions []*action) (unlock func()) {
	var locked []heldKey
	ordered := slices.Clone(actions)
	slices.SortFunc(ordered, func(a, b *action) int { return bytes.Compare(a.key, b.key) })
	for _, a := range ordered {
		held, conflict := a.t.locks.lock(a.key, true)
		if conflict {
			a.reason = refusal.Conflict
			continue
		}
		locked = append(locked, held)
	}
	return func() {
		for _, held := range locked {
			held.unlock()
		}
	}
}

// canceled returns the error of a transaction that an action cancels, or nil.
func canceled(actions []*action) error {
	reasons := make([]error, len(actions))
	for i, a := range actions {
		reasons[i] = a.reason
	}
	return cancel(reasons, func(i int) *table { return actions[i].t })
}

// cancel returns the error of a transaction that one of its reasons cancels, or
// nil, and counts them. of is the table of each.
func cancel(reasons []error, of func(i int) *table) error {
	if !slices.ContainsFunc(reasons, func(err error) bool { return err != nil }) {
		return nil
	}
	countReasons(reasons, of)
	return &CanceledError{Reasons: reasons}
}

// chargeCanceled charges every action that was prepared, by the item as it is
// (facts dynamodb-capacity.md 1.2).
func (e *Engine) chargeCanceled(actions []*action) {
	for _, a := range actions {
		if a.outcome != nil {
			e.chargeAttempt(&a.mutation, 2*capacity.WriteCost(a.outcome.before.size, a.outcome.before.size))
		}
	}
}

// admitAll charges every table and index, or none if one of them refuses.
func (e *Engine) admitAll(actions []*action) error {
	if !e.opts.Unlimited {
		var demands []capacity.Demand
		tables := make([]*table, len(actions))
		for i, a := range actions {
			demands = a.outcome.demands(demands)
			tables[i] = a.t
		}
		unlock := lockCapacities(tables)
		now := time.Now()
		v := capacity.Admit(instant.Of(now), demands)
		events := eventsOf(actions, now, &v)
		unlock()
		if err := refuse(v, events); err != nil {
			return throttled(err, Transaction)
		}
	}
	countConsumed(actions)
	return nil
}

// tableCosts are what a request costs one table, in the order of the request.
type tableCosts struct {
	costs

	t    *table
	name string
}

// addCosts adds c to what the table costs, which has that name in the request.
func addCosts(sums []*tableCosts, t *table, name string, c *costs) []*tableCosts {
	i := slices.IndexFunc(sums, func(s *tableCosts) bool { return s.t == t })
	if i < 0 {
		i = len(sums)
		sums = append(sums, &tableCosts{t: t, name: name})
	}
	sums[i].add(c)
	return sums
}

func costsByTable(actions []*action) (sums []*tableCosts) {
	for _, a := range actions {
		sums = addCosts(sums, a.t, a.name, &a.outcome.costs)
	}
	return sums
}

func consumedBy(actions []*action, want *string) []*ConsumedCapacity {
	var told []*ConsumedCapacity
	for _, s := range costsByTable(actions) {
		if c := s.consumed(want, s.name); c != nil {
			c.transactional(capacity.Write)
			told = append(told, c)
		}
	}
	return told
}

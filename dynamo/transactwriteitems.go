package dynamo

import (
	"bytes"
	"context"
	"slices"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// maxTransaction bounds the items of a transaction, in bytes (API Reference,
// "TransactWriteItems").
const maxTransaction = 4 << 20

// TransactWriteItemsOutput is the output of TransactWriteItems.
type TransactWriteItemsOutput struct {
	ConsumedCapacity      []*ConsumedCapacity                 `json:",omitzero"`
	ItemCollectionMetrics map[string][]*ItemCollectionMetrics `json:",omitzero"`
}

// TransactWriteItems performs all of its actions or none. A repetition with the
// same token within ten minutes succeeds without effect. The error is a
// refusal.Validation, a refusal.NotFound, refusal.InProgress, refusal.Mismatch, a
// *CanceledError, a *ThrottleError, or of storage.
func (e *Engine) TransactWriteItems(_ context.Context, now instant.Instant, in *request.TransactWriteItemsInput) (*TransactWriteItemsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	actions := make([]*action, len(in.TransactItems))
	for i := range in.TransactItems {
		a, err := e.action(now, &in.TransactItems[i])
		if err != nil {
			return nil, err
		}
		actions[i] = a
	}
	if err := checkActions(actions); err != nil {
		return nil, err
	}
	k, replayed, err := e.beginToken(now, in)
	if err != nil {
		return nil, err
	}
	defer k.end()
	if replayed != nil {
		return &TransactWriteItemsOutput{ConsumedCapacity: e.replay(now, replayed, actions, in.ReturnConsumedCapacity)}, nil
	}
	if err := e.transact(now, actions, k); err != nil {
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

// action checks one action like the operation of its name. The error is a
// refusal.Validation or refusal.NotFound.
func (e *Engine) action(now instant.Instant, item *request.TransactWriteItem) (*action, error) {
	if err := item.Check(); err != nil {
		return nil, err
	}
	switch {
	case item.Put != nil:
		in := item.Put.PutItem()
		condition, err := in.Check()
		return e.newAction(now, &in.Write, condition, err, func(t *table) (*mutation, error) { return t.put(in.Item) })
	case item.Update != nil:
		in := item.Update.UpdateItem()
		condition, u, err := in.Check()
		return e.newAction(now, &in.Write, condition, err, func(t *table) (*mutation, error) { return t.update(in.Key, u) })
	default:
		given, verb := item.Delete, verbDelete
		if given == nil {
			given, verb = item.ConditionCheck, verbCheck
		}
		in := given.DeleteItem()
		condition, err := in.Check()
		return e.newAction(now, &in.Write, condition, err, func(t *table) (*mutation, error) {
			m, err := t.delete(in.Key)
			if err == nil {
				m.verb = verb
			}
			return m, err
		})
	}
}

func (e *Engine) newAction(now instant.Instant, in *request.Write, condition *request.Predicate, invalid error, begin func(*table) (*mutation, error)) (*action, error) {
	if invalid != nil {
		return nil, invalid
	}
	m, err := e.newMutation(now, in, condition, begin)
	if err != nil {
		return nil, err
	}
	return &action{mutation: *m, in: in}, nil
}

var errOneItem = refusal.Invalid("Transaction request cannot include multiple operations on one item")

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
		return refusal.Invalid("Transaction size limit exceeded: The aggregate size of the items in the transaction cannot exceed 4 MB")
	}
	return nil
}

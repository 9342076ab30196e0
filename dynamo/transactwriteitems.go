package dynamo

import (
	"bytes"
	"context"
	"errors"
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
	checked, err := in.Check()
	if err != nil {
		return nil, err
	}
	actions := make([]*action, len(checked))
	for i := range checked {
		if actions[i], err = e.newAction(now, &checked[i]); err != nil {
			return nil, err
		}
	}
	if err := checkActions(actions); err != nil {
		return nil, err
	}
	if err := canceled(now, actions); err != nil {
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

// newAction returns a checked action. One whose key does not match the schema has
// that as its reason, and no more than its table. The error is a
// refusal.Validation or refusal.NotFound.
func (e *Engine) newAction(now instant.Instant, given *request.Action) (*action, error) {
	t, err := e.table(now, *given.TableName)
	if err != nil {
		return nil, err
	}
	m, err := t.mutation(given)
	if _, mismatched := errors.AsType[*mismatchError](err); mismatched {
		return &action{mutation: mutation{t: t}, in: given.Write, reason: err}, nil
	}
	if err != nil {
		return nil, err
	}
	m.condition = given.Condition
	return &action{mutation: *m, in: given.Write}, nil
}

// mutation returns that of an action, without its condition. The error is a
// refusal.Validation.
func (t *table) mutation(given *request.Action) (*mutation, error) {
	switch {
	case given.Put != nil:
		return t.put(given.Put.Item)
	case given.Update != nil:
		return t.update(given.Update.Key, given.Changes)
	case given.Delete != nil:
		return t.delete(given.Delete.Key)
	}
	m, err := t.delete(given.ConditionCheck.Key)
	if err == nil {
		m.verb = verbCheck
	}
	return m, err
}

// Assumed: the text; AWS documents the bound alone.
var errTransactionSize = refusal.Invalid("Transaction size limit exceeded: The aggregate size of the items in the transaction cannot exceed 4 MB")

var errOneItem = refusal.Invalid("Transaction request cannot include multiple operations on one item")

func checkActions(actions []*action) error {
	var size int64
	for i, a := range actions {
		size += a.size
		if a.reason == nil && slices.ContainsFunc(actions[:i], func(b *action) bool { return bytes.Equal(a.key, b.key) }) {
			return errOneItem
		}
	}
	if size > maxTransaction {
		return errTransactionSize
	}
	return nil
}

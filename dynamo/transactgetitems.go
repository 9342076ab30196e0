package dynamo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// TransactGetItemsOutput is the output of TransactGetItems, in the order of the
// request.
type TransactGetItemsOutput struct {
	ConsumedCapacity []*ConsumedCapacity // nil: the request does not want it
	Responses        []ItemResponse
}

// AppendJSON implements awsjson.Appender.
func (out *TransactGetItemsOutput) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	awsjson.List(o, "Responses", out.Responses)
	return o.End()
}

// ItemResponse is the result of one read.
type ItemResponse struct {
	Item attribute.Encoded // nil: there is none
}

// AppendJSON implements awsjson.Appender.
func (r ItemResponse) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	if r.Item != nil {
		o.Append("Item", r.Item)
	}
	return o.End()
}

// A transactRead is one read of a transaction, and its result.
type transactRead struct {
	t         *table
	name      string
	key       []byte
	projected *expr.Projection
	reason    error // cause of cancellation; nil: none
	found     attribute.Encoded
	costs     costs
}

// TransactGetItems reads items as they were at one instant. The error is a
// refusal.Validation, a refusal.NotFound, a *CanceledError, a *ThrottleError, or
// of storage.
func (e *Engine) TransactGetItems(_ context.Context, now instant.Instant, in *request.TransactGetItemsInput) (*TransactGetItemsOutput, error) {
	checked, err := in.Check()
	if err != nil {
		return nil, err
	}
	reads := make([]*transactRead, len(checked))
	for i := range checked {
		r, err := e.transactRead(now, &checked[i])
		if err != nil {
			return nil, err
		}
		if r.reason == nil && slices.ContainsFunc(reads[:i], func(o *transactRead) bool { return bytes.Equal(o.key, r.key) }) {
			return nil, errOneItem
		}
		reads[i] = r
	}
	if err := conflicts(now, reads); err != nil {
		return nil, err
	}
	var refused error
	for _, r := range reads { // check all, since each refusal is counted
		refused = cmp.Or(refused, e.open(now, r.t, r.t.readDemand(nil, r.key, 0)))
	}
	if refused != nil {
		return nil, throttled(refused, Transaction)
	}
	if err := e.readAll(reads); err != nil {
		return nil, err
	}
	out := &TransactGetItemsOutput{}
	for _, r := range reads {
		out.Responses = append(out.Responses, ItemResponse{r.found})
		e.charge(now, r.t, r.t.readDemand(nil, r.key, r.costs.table))
	}
	for _, s := range readCosts(reads) {
		if c := s.consumed(in.ReturnConsumedCapacity, s.name); c != nil {
			c.transactional(capacity.Read)
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}

// transactRead returns a checked read. One whose key does not match the schema has
// that as its reason. The error is a refusal.Validation or refusal.NotFound.
func (e *Engine) transactRead(now instant.Instant, given *request.Read) (*transactRead, error) {
	t, err := e.table(now, *given.TableName)
	if err != nil {
		return nil, err
	}
	r := &transactRead{t: t, name: *given.TableName, projected: given.Projection}
	r.key, err = t.schema.primaryKey(t.id, given.Key)
	if _, mismatched := errors.AsType[*mismatchError](err); mismatched {
		r.reason = err
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	return r, t.checkNested(given.Paths)
}

// conflicts rejects reads that have a reason, and reads of keys that a transaction
// has. The error is a *CanceledError.
func conflicts(now instant.Instant, reads []*transactRead) error {
	reasons := make([]error, len(reads))
	for i, r := range reads {
		reasons[i] = r.reason
		if r.reason == nil && r.t.locks.contended(r.key) {
			reasons[i] = refusal.Conflict
		}
	}
	return cancel(now, reasons, func(i int) *table { return reads[i].t })
}

// readAll reads the items from one snapshot. The error is a refusal.Validation or
// of storage.
func (e *Engine) readAll(reads []*transactRead) (err error) {
	snapshot := e.db.Snapshot()
	defer func() { err = errors.Join(err, snapshot.Close()) }()
	var size int64
	for _, r := range reads {
		form, n, err := readForm(snapshot, r.key)
		if err != nil {
			return err
		}
		if size += n; size > maxTransaction {
			return errTransactionSize
		}
		r.costs.table = capacity.ReadCost(n, capacity.Transactional)
		if r.found, err = project(form, r.projected); err != nil {
			return err
		}
	}
	return nil
}

func readCosts(reads []*transactRead) (sums []*tableCosts) {
	for _, r := range reads {
		sums = addCosts(sums, r.t, r.name, &r.costs)
	}
	return sums
}

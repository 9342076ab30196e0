package dynamo

import (
	"context"
	"errors"
	"maps"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// maxBatchAnswer bounds the items of one BatchGetItem output, in billed bytes (API
// Reference, "BatchGetItem").
const maxBatchAnswer = 16 << 20

// BatchGetItemOutput is the output of BatchGetItem. The items of a table are in
// no particular order.
type BatchGetItemOutput struct {
	Responses        BatchItems
	UnprocessedKeys  map[string]*request.KeysAndAttributes
	ConsumedCapacity []*ConsumedCapacity // nil: the request does not want it
}

// AppendJSON implements awsjson.Appender.
func (out *BatchGetItemOutput) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	o.Append("Responses", out.Responses)
	o.Any("UnprocessedKeys", out.UnprocessedKeys)
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	return o.End()
}

// BatchItems are the items of a batch by their tables, as the request names them.
type BatchItems map[string][]attribute.Encoded

// AppendJSON implements awsjson.Appender.
func (b BatchItems) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(dst, drain)
	for _, table := range slices.Sorted(maps.Keys(b)) {
		awsjson.List(o, table, b[table])
	}
	return o.End()
}

// BatchGetItem reads items by their keys. Keys that capacity refuses, or whose
// items exceed the bound of 16 MB, are returned in UnprocessedKeys. The error is
// a refusal.Validation, a refusal.NotFound, or of storage; if capacity refuses
// every key, it is the *ThrottleError of one of them.
func (e *Engine) BatchGetItem(_ context.Context, now instant.Instant, in *request.BatchGetItemInput) (*BatchGetItemOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	reads := make([]*batchRead, 0, len(in.RequestItems))
	for _, name := range in.Tables() {
		r, err := e.batchRead(now, name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		reads = append(reads, r)
	}
	out := &BatchGetItemOutput{
		Responses:       make(BatchItems, len(reads)),
		UnprocessedKeys: map[string]*request.KeysAndAttributes{},
	}
	var bytes int64
	var throttle error
	processed := false
	for _, r := range reads {
		refused, err := e.readBatch(now, r, &bytes)
		if err != nil {
			return nil, err
		}
		if refused != nil {
			throttle = refused
		}
		processed = processed || len(r.left) < len(r.keys)
		out.Responses[r.name] = r.items
		if r.left != nil {
			out.UnprocessedKeys[r.name] = &request.KeysAndAttributes{Keys: r.left, Lookup: r.given.Lookup}
		}
		if c := r.costs.consumed(in.ReturnConsumedCapacity, r.name); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	if !processed {
		return nil, throttled(throttle, Batch)
	}
	return out, nil
}

// A batchRead is the part of a batch that reads one table, and its progress.
type batchRead struct {
	name  string
	t     *table
	given *request.KeysAndAttributes
	keys  [][]byte // storage keys
	items []attribute.Encoded
	left  []attribute.Item // keys that were not read
	costs costs
}

func (e *Engine) batchRead(now instant.Instant, name string, k *request.KeysAndAttributes) (*batchRead, error) {
	t, err := e.table(now, name)
	if err != nil {
		return nil, err
	}
	r := &batchRead{name: name, t: t, given: k, items: []attribute.Encoded{}}
	for _, key := range k.Keys {
		stored, err := t.schema.primaryKey(t.id, key)
		if err != nil {
			return nil, err
		}
		r.keys = append(r.keys, stored)
	}
	_, paths, err := k.Projected()
	if err != nil {
		return nil, err
	}
	return r, t.checkNested(paths)
}

// readBatch reads the items of r and adds their size to bytes, up to
// maxBatchAnswer. refused is the last *ThrottleError, if any.
func (e *Engine) readBatch(now instant.Instant, r *batchRead, bytes *int64) (refused, err error) {
	projected, _, err := r.given.Projected()
	if err != nil {
		return nil, err
	}
	for i, key := range r.keys {
		if *bytes > maxBatchAnswer {
			r.left = append(r.left, r.given.Keys[i])
			continue
		}
		found, err := e.get(now, r.t, key, consistency(&r.given.Lookup), projected)
		if errors.Is(err, refusal.Throttled) {
			refused = err
			r.left = append(r.left, r.given.Keys[i])
			continue
		}
		if err != nil {
			return nil, err
		}
		r.costs.table += found.cost
		if found.item == nil {
			continue
		}
		*bytes += found.size
		if *bytes > maxBatchAnswer {
			r.left = append(r.left, r.given.Keys[i])
			continue
		}
		r.items = append(r.items, found.item)
	}
	return refused, nil
}

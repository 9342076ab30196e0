package dynamo

import (
	"context"
	"errors"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// Bounds of BatchGetItem (API Reference, "BatchGetItem").
const (
	maxBatchKeys   = 100
	maxBatchAnswer = 16 << 20 // bytes of items
)

// BatchGetItemInput is the request of BatchGetItem.
type BatchGetItemInput struct {
	RequestItems           map[string]*KeysAndAttributes
	ReturnConsumedCapacity *string
}

// KeysAndAttributes are the items that a batch reads from one table.
type KeysAndAttributes struct {
	Keys []attribute.Item `json:",omitzero"`

	lookup
}

// BatchGetItemOutput is the answer of BatchGetItem. The items of a table are in
// no order.
type BatchGetItemOutput struct {
	Responses        map[string][]attribute.Encoded
	UnprocessedKeys  map[string]*KeysAndAttributes
	ConsumedCapacity []*ConsumedCapacity `json:",omitzero"`
}

func (in *BatchGetItemInput) validate() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	tables := sortedKeys(in.RequestItems)
	if v.notNull(in.RequestItems != nil, "requestItems") {
		v.mapSize(len(tables), "requestItems")
		v.mapNames(tables, "requestItems")
	}
	for _, name := range tables {
		k, path := in.RequestItems[name], "requestItems."+name+".member."
		if k == nil || k.Keys == nil {
			v.notNull(false, path+"keys")
			continue
		}
		printed := func() string { return printKeys(k.Keys) }
		v.count(len(k.Keys), printed, path+"keys", maxBatchKeys)
		v.attributesToGetAt(k.AttributesToGet, path+"attributesToGet")
	}
	if err := v.err(); err != nil {
		return err
	}
	keys := 0
	for _, name := range tables {
		k := in.RequestItems[name]
		if err := k.checkUse(); err != nil {
			return err
		}
		if _, _, err := k.projection(); err != nil {
			return err
		}
		for i, key := range k.Keys {
			if err := key.Err(); err != nil {
				return invalid(err)
			}
			if slices.ContainsFunc(k.Keys[:i], key.Equal) {
				return &ValidationError{msgDuplicates}
			}
			if keys++; keys > maxBatchKeys {
				return &ValidationError{"Too many items requested for the BatchGetItem call"}
			}
		}
	}
	return nil
}

const msgDuplicates = "Provided list of item keys contains duplicates"

// BatchGetItem reads items by their keys. What the capacity of a table does not
// let in, or what does not fit the answer, is unprocessed; it is an error only
// if that is everything.
func (e *Engine) BatchGetItem(_ context.Context, in *BatchGetItemInput) (*BatchGetItemOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	reads := make([]*batchRead, 0, len(in.RequestItems))
	for _, name := range sortedKeys(in.RequestItems) {
		r, err := e.batchRead(name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		reads = append(reads, r)
	}
	out := &BatchGetItemOutput{
		Responses:       make(map[string][]attribute.Encoded, len(reads)),
		UnprocessedKeys: map[string]*KeysAndAttributes{},
	}
	var bytes int64
	var throttle error
	processed := false
	for _, r := range reads {
		refused, err := e.readBatch(r, &bytes)
		if err != nil {
			return nil, err
		}
		if refused != nil {
			throttle = refused
		}
		processed = processed || len(r.left) < len(r.keys)
		out.Responses[r.name] = r.items
		if r.left != nil {
			out.UnprocessedKeys[r.name] = &KeysAndAttributes{Keys: r.left, lookup: r.given.lookup}
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

// A batchRead is what a batch reads from one table, and how far it came.
type batchRead struct {
	name  string
	t     *table
	given *KeysAndAttributes
	keys  [][]byte // in storage
	items []attribute.Encoded
	left  []attribute.Item // keys that were not read
	costs costs
}

func (e *Engine) batchRead(name string, k *KeysAndAttributes) (*batchRead, error) {
	t, err := e.table(name)
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
	_, paths, err := k.projection()
	if err != nil {
		return nil, err
	}
	return r, t.checkNested(paths)
}

// readBatch reads the items of r while bytes, which it adds to, is in bounds.
// refused is the last refusal for want of capacity.
func (e *Engine) readBatch(r *batchRead, bytes *int64) (refused, err error) {
	projected, _, err := r.given.projection()
	if err != nil {
		return nil, err
	}
	for i, key := range r.keys {
		if *bytes > maxBatchAnswer {
			r.left = append(r.left, r.given.Keys[i])
			continue
		}
		it, cost, err := e.get(r.t, key, r.given.consistency(), projected)
		if errors.Is(err, refusal.Throttled) {
			refused = err
			r.left = append(r.left, r.given.Keys[i])
			continue
		}
		if err != nil {
			return nil, err
		}
		r.costs.table += cost
		if it == nil {
			continue
		}
		*bytes += int64(len(it))
		if *bytes > maxBatchAnswer {
			r.left = append(r.left, r.given.Keys[i])
			continue
		}
		r.items = append(r.items, it)
	}
	return refused, nil
}

package dynamo

import (
	"bytes"
	"context"
	"slices"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// maxBatchWrites bounds BatchWriteItem (API Reference, "BatchWriteItem").
const maxBatchWrites = 25

// BatchWriteItemInput is the request of BatchWriteItem.
type BatchWriteItemInput struct {
	RequestItems                map[string][]WriteRequest
	ReturnConsumedCapacity      *string
	ReturnItemCollectionMetrics *string
}

// WriteRequest is one write of a batch: exactly one of its members is there.
type WriteRequest struct {
	PutRequest    *PutRequest    `json:",omitzero"`
	DeleteRequest *DeleteRequest `json:",omitzero"`
}

// PutRequest writes an item.
type PutRequest struct{ Item attribute.Item }

// DeleteRequest removes the item of a key.
type DeleteRequest struct{ Key attribute.Item }

// BatchWriteItemOutput is the answer of BatchWriteItem.
type BatchWriteItemOutput struct {
	UnprocessedItems      map[string][]WriteRequest
	ItemCollectionMetrics map[string][]*ItemCollectionMetrics `json:",omitzero"`
	ConsumedCapacity      []*ConsumedCapacity                 `json:",omitzero"`
}

func (in *BatchWriteItemInput) validate() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	tables := sortedKeys(in.RequestItems)
	if v.notNull(in.RequestItems != nil, "requestItems") {
		v.mapSize(len(tables), "requestItems")
		v.mapNames(tables, "requestItems")
	}
	for _, name := range tables {
		if n := len(in.RequestItems[name]); n == 0 || n > maxBatchWrites {
			v.add("'"+printNames(tables)+"'", "requestItems", "Map value must satisfy constraint: "+
				"[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]")
		}
		for i, w := range in.RequestItems[name] {
			path := "requestItems." + name + ".member." + itoa(int64(i+1)) + ".member."
			if w.DeleteRequest != nil {
				v.notNull(w.DeleteRequest.Key != nil, path+"deleteRequest.key")
			}
			if w.PutRequest != nil {
				v.notNull(w.PutRequest.Item != nil, path+"putRequest.item")
			}
		}
	}
	if err := v.err(); err != nil {
		return err
	}
	writes := 0
	for _, name := range tables {
		for _, w := range in.RequestItems[name] {
			if err := w.validate(); err != nil {
				return err
			}
			if writes++; writes > maxBatchWrites {
				return &ValidationError{"Too many items requested for the BatchWriteItem call"}
			}
		}
	}
	return nil
}

func (w *WriteRequest) validate() error {
	if (w.PutRequest == nil) == (w.DeleteRequest == nil) {
		return &ValidationError{"Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"}
	}
	if w.DeleteRequest != nil {
		if err := w.DeleteRequest.Key.Err(); err != nil {
			return invalid(err)
		}
		return nil
	}
	if err := w.PutRequest.Item.Err(); err != nil {
		return invalid(err)
	}
	if w.PutRequest.Item.Size() > attribute.MaxItemSize {
		return &ValidationError{msgItemSize}
	}
	return nil
}

// A batchWrite is one write of a batch on its way.
type batchWrite struct {
	mutation

	name    string // of the table, as the request has it
	request WriteRequest
	outcome *outcome // nil: refused
}

// BatchWriteItem writes and removes items, each as by itself. What the capacity
// of a table does not let in is unprocessed; it is an error only if that is
// everything.
func (e *Engine) BatchWriteItem(_ context.Context, in *BatchWriteItemInput) (*BatchWriteItemOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	writes, err := e.batchWrites(in)
	if err != nil {
		return nil, err
	}
	last, err := e.writeBatch(writes)
	if err != nil {
		return nil, err
	}
	out := &BatchWriteItemOutput{UnprocessedItems: map[string][]WriteRequest{}}
	sums := map[string]*costs{}
	for _, w := range writes {
		if w.outcome == nil {
			out.UnprocessedItems[w.name] = append(out.UnprocessedItems[w.name], w.request)
			continue
		}
		if sums[w.name] == nil {
			sums[w.name] = new(costs)
		}
		sums[w.name].add(&w.outcome.costs)
		out.ItemCollectionMetrics = addCollection(out.ItemCollectionMetrics, w.name, w.collection(in.ReturnItemCollectionMetrics))
	}
	if len(sums) == 0 {
		return nil, throttled(last, Batch)
	}
	for _, name := range sortedKeys(sums) {
		if c := sums[name].consumed(in.ReturnConsumedCapacity, name); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}

// addCollection adds m, unless it is nil or there already, to those of a table.
func addCollection(all map[string][]*ItemCollectionMetrics, table string, m *ItemCollectionMetrics) map[string][]*ItemCollectionMetrics {
	same := func(other *ItemCollectionMetrics) bool { return other.ItemCollectionKey.Equal(m.ItemCollectionKey) }
	if m == nil || slices.ContainsFunc(all[table], same) {
		return all
	}
	if all == nil {
		all = map[string][]*ItemCollectionMetrics{}
	}
	all[table] = append(all[table], m)
	return all
}

// batchWrites returns the writes in the order of their storage keys.
func (e *Engine) batchWrites(in *BatchWriteItemInput) ([]*batchWrite, error) {
	var writes []*batchWrite
	for _, name := range sortedKeys(in.RequestItems) {
		t, err := e.table(name)
		if err != nil {
			return nil, err
		}
		for _, request := range in.RequestItems[name] {
			var m *mutation
			switch put := request.PutRequest; {
			case put == nil:
				m, err = t.delete(request.DeleteRequest.Key)
			case !t.schema.fits(put.Item): // which has the same words here as for a key
				err = &ValidationError{msgKeySchema}
			default:
				m, err = t.put(put.Item)
			}
			if err != nil {
				return nil, err
			}
			writes = append(writes, &batchWrite{mutation: *m, name: name, request: request})
		}
	}
	slices.SortFunc(writes, func(a, b *batchWrite) int { return bytes.Compare(a.key, b.key) })
	for i := range writes[1:] {
		if bytes.Equal(writes[i].key, writes[i+1].key) {
			return nil, &ValidationError{msgDuplicates}
		}
	}
	return writes, nil
}

// writeBatch performs the writes that are let in, in one batch of storage, and
// returns the last refusal.
func (e *Engine) writeBatch(writes []*batchWrite) (last, err error) {
	var outcomes []*outcome
	for _, w := range writes {
		held, conflict := w.t.locks.lock(w.key, false)
		if conflict {
			// Assumed: a write that meets a transaction is left to be repeated.
			last = w.refused(refusal.Conflict)
			continue
		}
		defer held.unlock()
		if refused := e.openWrite(w.t, w.key); refused != nil {
			last = refused
			continue
		}
		o, err := e.prepare(&w.mutation)
		if err != nil {
			return nil, err
		}
		if refused := e.admitWrite(o); refused != nil {
			last = refused
			continue
		}
		w.outcome = o
		outcomes = append(outcomes, o)
	}
	return last, e.commit(time.Now(), nil, outcomes...)
}

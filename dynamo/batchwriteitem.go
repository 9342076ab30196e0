package dynamo

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// BatchWriteItemOutput is the output of BatchWriteItem.
type BatchWriteItemOutput struct {
	UnprocessedItems      map[string][]request.WriteRequest
	ItemCollectionMetrics map[string][]*ItemCollectionMetrics `json:",omitzero"`
	ConsumedCapacity      []*ConsumedCapacity                 `json:",omitzero"`
}

// A batchWrite is one write of a batch, and its result.
type batchWrite struct {
	mutation

	name    string // of the table, as the request has it
	given   request.WriteRequest
	outcome *outcome // nil: refused
}

// BatchWriteItem puts and deletes items; the writes are independent of each
// other. Writes that capacity refuses, or that meet a transaction, are returned
// in UnprocessedItems. The error is a refusal.Validation, a refusal.NotFound, or
// of storage; if every write is refused, it is the *ThrottleError or
// refusal.Conflict of the last.
func (e *Engine) BatchWriteItem(_ context.Context, now instant.Instant, in *request.BatchWriteItemInput) (*BatchWriteItemOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	writes, err := e.batchWrites(now, in)
	if err != nil {
		return nil, err
	}
	last, err := e.writeBatch(now, writes)
	if err != nil {
		return nil, err
	}
	out := &BatchWriteItemOutput{UnprocessedItems: map[string][]request.WriteRequest{}}
	sums := map[string]*costs{}
	for _, w := range writes {
		if w.outcome == nil {
			out.UnprocessedItems[w.name] = append(out.UnprocessedItems[w.name], w.given)
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
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		if c := sums[name].consumed(in.ReturnConsumedCapacity, name); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}

// addCollection adds m to the metrics of a table, unless it is nil or a
// duplicate. It returns all, which it makes if it is nil.
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

// batchWrites returns the writes in ascending order of their storage keys. The
// error is a refusal.Validation or refusal.NotFound.
func (e *Engine) batchWrites(now instant.Instant, in *request.BatchWriteItemInput) ([]*batchWrite, error) {
	var writes []*batchWrite
	for _, name := range in.Tables() {
		t, err := e.table(now, name)
		if err != nil {
			return nil, err
		}
		for _, given := range in.RequestItems[name] {
			var m *mutation
			switch put := given.PutRequest; {
			case put == nil:
				m, err = t.delete(given.DeleteRequest.Key)
			case !t.schema.fits(put.Item): // AWS words this as for a key
				err = errKeySchema
			default:
				m, err = t.put(put.Item)
			}
			if err != nil {
				return nil, err
			}
			writes = append(writes, &batchWrite{mutation: *m, name: name, given: given})
		}
	}
	slices.SortFunc(writes, func(a, b *batchWrite) int { return bytes.Compare(a.key, b.key) })
	for i := range writes[1:] {
		if bytes.Equal(writes[i].key, writes[i+1].key) {
			return nil, refusal.Invalid(request.MsgDuplicates)
		}
	}
	return writes, nil
}

// writeBatch performs the admitted writes in one storage batch and returns the
// last refusal. err is of storage.
func (e *Engine) writeBatch(now instant.Instant, writes []*batchWrite) (last, err error) {
	var outcomes []*outcome
	for _, w := range writes {
		held, conflict := w.t.locks.lock(w.key, false)
		if conflict {
			// Assumed: a write that meets a transaction is unprocessed.
			last = w.countRefusal(now, refusal.Conflict)
			continue
		}
		defer held.unlock()
		if refused := e.openWrite(now, w.t, w.key); refused != nil {
			last = refused
			continue
		}
		o, err := e.prepare(&w.mutation)
		if err != nil {
			return nil, err
		}
		if refused := e.admitWrite(now, o); refused != nil {
			last = refused
			continue
		}
		w.outcome = o
		outcomes = append(outcomes, o)
	}
	return last, e.commit(now, nil, outcomes...)
}

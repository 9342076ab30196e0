package dynamo

import (
	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/internal/awsjson"
	"lullaby/storage"
)

// A mutation is what a request, or one action of it, does to one item.
type mutation struct {
	t     *table
	key   []byte // in storage
	check *check // nil: no condition
	verb  mutationVerb
	item  attribute.Item // put: what comes
	size  int64          // put: its billed bytes

	// update returns what comes, from what was there, or from the key if
	// nothing was.
	update func(before attribute.Item) (attribute.Item, error)

	// whole asks for the item as it was.
	whole bool

	// byService is set for what DynamoDB does of itself, at no cost: a record of
	// it names the service as its user (userIdentity of type Service).
	byService bool
}

type mutationVerb uint8

const (
	verbPut mutationVerb = iota
	verbDelete
	verbUpdate
	verbCheck // changes nothing
)

// An outcome is what a mutation found and leaves.
type outcome struct {
	before, after stored
	entries       []entryChange
	costs         costs

	stream   *stream // nil: no record
	sequence uint64  // of its record
}

// WriteOutput is the answer of PutItem, UpdateItem and DeleteItem.
type WriteOutput struct {
	Attributes            attribute.Item // as ReturnValues asks
	ConsumedCapacity      *ConsumedCapacity
	ItemCollectionMetrics *ItemCollectionMetrics
}

// AppendJSON implements awsjson.Appender.
func (out *WriteOutput) AppendJSON(dst []byte) ([]byte, error) {
	o := awsjson.NewObject(dst)
	if out.Attributes != nil {
		o.Any("Attributes", out.Attributes)
	}
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	if out.ItemCollectionMetrics != nil {
		o.Any("ItemCollectionMetrics", out.ItemCollectionMetrics)
	}
	return o.End()
}

// mutate performs one mutation by itself. The error is a *ConditionError, a
// *ThrottleError, a *ValidationError, refusal.Conflict or of storage.
func (e *Engine) mutate(m *mutation) (*outcome, error) {
	if !m.byService {
		if err := e.openWrite(m.t, m.key); err != nil {
			return nil, err
		}
	}
	held, conflict := m.t.locks.lock(m.key, false)
	if conflict {
		return nil, m.refused(refusal.Conflict)
	}
	defer held.unlock()
	o, err := e.prepare(m)
	if err != nil {
		if o != nil && !m.byService { // a condition that failed is paid for
			e.chargeAttempt(m, o.costs.table)
		}
		return nil, m.refused(err)
	}
	if !m.byService {
		var few [4]capacity.Demand
		if err := e.admit(m.t, o.demands(few[:0], m)...); err != nil {
			return nil, err
		}
	}
	if !o.changes() {
		return o, nil
	}
	b := e.db.NewBatch()
	defer o.end()
	if err := o.stage(b, m); err != nil {
		return nil, closing(b, err)
	}
	if err := b.Commit(); err != nil {
		e.sizes.forget(m.key)
		return nil, err
	}
	e.committed(m, o)
	return o, nil
}

// prepare finds out what a mutation does. If its condition fails, the outcome
// comes with the error and has the item found and what the attempt costs: a
// write of the item as it is (facts dynamodb-capacity.md 1.2).
func (e *Engine) prepare(m *mutation) (*outcome, error) {
	indexes, stream := m.t.allIndexes(), m.t.stream.Load()
	before, err := e.before(m, m.whole || m.check != nil || m.verb == verbUpdate || len(indexes) > 0 || stream != nil)
	if err != nil {
		return nil, err
	}
	o := &outcome{before: before, stream: stream}
	if !m.check.holds(before.item) {
		o.costs.table = capacity.WriteCost(before.size, before.size)
		return o, &ConditionError{Item: before.item}
	}
	switch m.verb {
	case verbPut:
		o.after = stored{true, m.size, m.item}
	case verbUpdate:
		it, err := m.update(before.item)
		if err != nil {
			return nil, err
		}
		o.after = stored{true, it.Size(), it}
	case verbCheck:
		o.after = before
	case verbDelete:
	}
	o.costs.table = capacity.WriteCost(before.size, o.after.size)
	if m.verb == verbCheck {
		return o, nil
	}
	for _, ix := range indexes {
		c, changes := ix.change(m.t.schema, before.item, o.after.item)
		if !changes {
			continue
		}
		if ix.filling.Load() {
			if c.missing, err = ix.lacks(e.db, m.t.schema, c.before); err != nil {
				return nil, err
			}
		}
		o.entries = append(o.entries, c)
		o.costs.addIndex(ix, c.cost)
	}
	return o, nil
}

// before returns what the key of m holds, which is locked, the item itself only
// if whole is set.
func (e *Engine) before(m *mutation, whole bool) (stored, error) {
	if s, known := e.sizes.of(m.key); known && (!whole || !s.found) {
		return s, nil
	}
	return read(e.db, m.key, whole)
}

// changes reports whether there is anything to write.
func (o *outcome) changes() bool { return o.before.found || o.after.found }

// stage adds the outcome to a batch. Whatever becomes of the batch, end must
// follow.
func (o *outcome) stage(b *storage.Batch, m *mutation) (err error) {
	if m.verb == verbCheck || !o.changes() {
		return nil
	}
	if o.after.found {
		b.Set(m.key, newRecord(o.after.size, o.after.item))
	} else {
		b.Delete(m.key)
	}
	for _, c := range o.entries {
		c.stage(b)
	}
	if o.stream != nil {
		o.sequence, err = o.stream.record(b, m, o)
	}
	return err
}

// end says that the batch is committed or will never be.
func (o *outcome) end() {
	if o.sequence != 0 {
		o.stream.end(o.sequence)
	}
}

func (c *entryChange) stage(b *storage.Batch) {
	if c.before != nil {
		b.Delete(c.from)
	}
	if c.after != nil {
		b.Set(c.to, newRecord(c.after.Size(), c.after))
	}
}

// committed keeps up to date what is known of items besides storage: their
// sizes, and the totals of the table and its indexes.
func (e *Engine) committed(m *mutation, o *outcome) {
	e.sizes.set(m.key, o.after)
	m.t.count(o.before, o.after)
	for _, c := range o.entries {
		before := entryOf(c.before)
		if c.missing {
			before = stored{}
		}
		c.ix.count(before, entryOf(c.after))
	}
}

func entryOf(it attribute.Item) stored {
	if it == nil {
		return stored{}
	}
	return stored{true, it.Size(), it}
}

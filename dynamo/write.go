package dynamo

import (
	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// A mutation is the effect of a write on one item.
type mutation struct {
	t         *table
	key       []byte             // in storage
	condition *request.Predicate // nil: none
	verb      mutationVerb
	item      attribute.Item // put: the new item; otherwise the key
	size      int64          // put: billed size in bytes

	// update returns the new item, given the old one; nil: there is none.
	update func(before attribute.Item) (attribute.Item, error)

	// refused is the refusal of the mutation whatever the item is, before its
	// condition; it cancels a transaction. nil: none.
	refused error

	// whole has the outcome keep the old item.
	whole bool

	// byService marks a write by DynamoDB itself: it costs nothing, and its stream
	// record has a userIdentity of type Service.
	byService bool
}

type mutationVerb uint8

const (
	verbPut mutationVerb = iota
	verbDelete
	verbUpdate
	verbCheck // changes nothing
)

// mutate performs a mutation that is not part of a transaction. The error is a
// *ConditionError, a *ThrottleError, a refusal.Validation, refusal.Conflict, or
// of storage.
func (e *Engine) mutate(now instant.Instant, m *mutation) (*outcome, error) {
	if !m.byService {
		if err := e.openWrite(now, m.t, m.key); err != nil {
			return nil, err
		}
	}
	held, conflict := m.t.locks.lock(m.key, false)
	if conflict {
		return nil, m.countRefusal(now, refusal.Conflict)
	}
	defer held.unlock()
	o, err := e.prepare(m)
	if err != nil {
		if o != nil && !m.byService { // a failed condition is charged
			e.chargeAttempt(now, m, o.costs.table)
		}
		return nil, m.countRefusal(now, err)
	}
	if !m.byService {
		if err := e.admitWrite(now, o); err != nil {
			return nil, err
		}
	}
	return o, e.commit(now, nil, o)
}

// prepare computes the outcome of a mutation without writing it. The caller holds
// the lock of its key. The error is a *ConditionError, a refusal.Validation, or
// of storage. With a *ConditionError the outcome has the item found and the cost
// of the attempt, which is that of a write of the present item
// (docs/aws/units.md#failed-conditions).
func (e *Engine) prepare(m *mutation) (*outcome, error) {
	if m.refused != nil {
		return nil, m.refused
	}
	indexes, log := m.t.allIndexes(), m.t.stream.Load()
	before, err := e.readBefore(m, m.whole || m.condition != nil || m.verb == verbUpdate || len(indexes) > 0 || log != nil)
	if err != nil {
		return nil, err
	}
	o := &outcome{mutation: m, before: before, stream: log}
	if !m.whole && log == nil {
		o.before.record = nil // nobody asks for it
	}
	holds, err := m.condition.Holds(before.form())
	if err != nil {
		return nil, err
	}
	if !holds {
		o.before.record = nil
		o.costs.table = capacity.WriteCost(before.size, before.size)
		return o, &ConditionError{Item: before.form()}
	}
	if m.verb == verbCheck {
		o.before.record, o.after = nil, stored{before.found, before.size, nil}
		o.costs.table = capacity.WriteCost(before.size, before.size)
		return o, nil
	}
	if o.after, err = m.result(&before); err != nil {
		return nil, err
	}
	o.costs.table = capacity.WriteCost(before.size, o.after.size)
	for _, ix := range indexes {
		c, changes, err := ix.change(m.t.schema, &before, &o.after)
		if err != nil {
			return nil, err
		}
		if !changes {
			continue
		}
		if ix.filling.Load() {
			if c.missing, err = lacks(e.db, c.before.key); err != nil {
				return nil, err
			}
		}
		o.entries = append(o.entries, c)
		o.costs.addIndex(ix, c.cost)
	}
	return o, nil
}

// result returns the state after the mutation of a state whose condition holds. The
// error is a refusal.Validation, or attribute.ErrCorrupt.
func (m *mutation) result(before *stored) (stored, error) {
	switch m.verb {
	case verbPut:
		return newStored(m.size, m.item), nil
	case verbUpdate:
		old, err := before.item()
		if err != nil {
			return stored{}, err
		}
		it, err := m.update(old)
		if err != nil || it == nil {
			return stored{}, err
		}
		return newStored(it.Size(), it), nil
	case verbDelete, verbCheck:
	}
	return stored{}, nil
}

// readBefore returns the state of the key of m, with the item only if whole is
// set. The caller holds the lock of the key.
func (e *Engine) readBefore(m *mutation, whole bool) (stored, error) {
	if s, known := e.sizes.of(m.key); known && (!whole || !s.found) {
		return s, nil
	}
	return read(e.db, m.key, whole)
}

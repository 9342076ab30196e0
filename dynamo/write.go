package dynamo

import (
	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// A mutation is what a request, or one action of it, does to one item.
type mutation struct {
	t         *table
	key       []byte             // in storage
	condition *request.Predicate // nil: none
	verb      mutationVerb
	item      attribute.Item // put: what comes; otherwise the key, as the request has it
	size      int64          // put: its billed bytes

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

// mutate performs one mutation by itself. The error is a *ConditionError, a
// *ThrottleError, refusal.Validation, refusal.Conflict or of storage.
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
		if o != nil && !m.byService { // a condition that failed is paid for
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

// prepare finds out what a mutation does. If its condition fails, the outcome
// comes with the error and has the item found and what the attempt costs: a
// write of the item as it is (docs/aws/units.md#failed-conditions).
func (e *Engine) prepare(m *mutation) (*outcome, error) {
	indexes, log := m.t.allIndexes(), m.t.stream.Load()
	before, err := e.readBefore(m, m.whole || m.condition != nil || m.verb == verbUpdate || len(indexes) > 0 || log != nil)
	if err != nil {
		return nil, err
	}
	o := &outcome{mutation: m, before: before, stream: log}
	if !m.condition.Holds(before.item) {
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
func (e *Engine) readBefore(m *mutation, whole bool) (stored, error) {
	if s, known := e.sizes.of(m.key); known && (!whole || !s.found) {
		return s, nil
	}
	return read(e.db, m.key, whole)
}

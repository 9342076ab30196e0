package dynamo

import (
	"bytes"
	"errors"
	"slices"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// An action is one action of a transaction, and its result.
type action struct {
	mutation

	in      *request.Write
	outcome *outcome
	reason  error // cause of cancellation; nil: none
}

// transact performs the actions, all or none, under the locks of their keys. The
// error is a *CanceledError, a *ThrottleError, a refusal.Validation, or of storage.
func (e *Engine) transact(now instant.Instant, actions []*action, k *token) error {
	defer lockAll(actions)()
	if err := canceled(now, actions); err != nil {
		return err
	}
	var size int64
	for _, a := range actions {
		o, err := e.prepare(&a.mutation)
		size += a.carried(o, err)
		if size > maxTransaction {
			return errTransactionSize
		}
		_, emptied := errors.AsType[*emptyIndexKeyError](err)
		switch {
		case emptied:
			return err
		case err == nil:
		case errors.Is(err, refusal.Condition), errors.Is(err, refusal.Validation):
			a.reason = failure(a.in, tooDeep(err))
		default:
			return err
		}
		if a.outcome = o; o != nil {
			o.costs.table *= 2
		}
	}
	if err := canceled(now, actions); err != nil {
		e.chargeCanceled(now, actions)
		return err
	}
	if err := e.admitAll(now, actions); err != nil {
		return err
	}
	outcomes := make([]*outcome, len(actions))
	for i, a := range actions {
		outcomes[i] = a.outcome
	}
	return e.commit(now, k, outcomes...)
}

// carried returns how many bytes of a prepared action count towards maxTransaction:
// the item that it writes, or that its refusal returns. Assumed: both, and not the items
// that are only checked or deleted.
func (a *action) carried(o *outcome, err error) int64 {
	switch {
	case o == nil:
		return 0
	case err == nil && a.verb != verbCheck:
		return o.after.size
	case err != nil && a.in.ReturnsFound():
		return o.before.size
	}
	return 0
}

// errTooDeep is the reason of an update that makes an item with too many levels,
// where UpdateItem has a longer text (docs/aws/messages.md#nesting).
var errTooDeep = refusal.Invalid("Nesting Levels have exceeded supported limits")

// tooDeep returns errTooDeep for the refusal of an item's levels, and other errors
// as they are.
func tooDeep(err error) error {
	if _, deep := errors.AsType[*nestingError](err); deep {
		return errTooDeep
	}
	return err
}

// lockAll locks the keys of the actions in ascending order. An action whose key
// another transaction has gets refusal.Conflict as its reason.
func lockAll(actions []*action) (unlock func()) {
	var locked []heldKey
	ordered := slices.Clone(actions)
	slices.SortFunc(ordered, func(a, b *action) int { return bytes.Compare(a.key, b.key) })
	for _, a := range ordered {
		held, conflict := a.t.locks.lock(a.key, true)
		if conflict {
			a.reason = refusal.Conflict
			continue
		}
		locked = append(locked, held)
	}
	return func() {
		for _, held := range locked {
			held.unlock()
		}
	}
}

// canceled returns a *CanceledError if an action has a reason, or nil.
func canceled(now instant.Instant, actions []*action) error {
	reasons := make([]error, len(actions))
	for i, a := range actions {
		reasons[i] = a.reason
	}
	return cancel(now, reasons, func(i int) *table { return actions[i].t })
}

// cancel counts the reasons and returns a *CanceledError if one is not nil, or
// nil. of(i) is the table of the reason i.
func cancel(now instant.Instant, reasons []error, of func(i int) *table) error {
	if !slices.ContainsFunc(reasons, func(err error) bool { return err != nil }) {
		return nil
	}
	countReasons(now, reasons, of)
	return &CanceledError{Reasons: reasons}
}

// chargeCanceled charges every prepared action for a write of the present item
// (docs/aws/units.md#cancelled-transactions).
func (e *Engine) chargeCanceled(now instant.Instant, actions []*action) {
	for _, a := range actions {
		if a.outcome != nil {
			e.chargeAttempt(now, &a.mutation, 2*capacity.WriteCost(a.outcome.before.size, a.outcome.before.size))
		}
	}
}

// admitAll charges all tables and indexes of the actions, or none. The error is a
// *ThrottleError.
func (e *Engine) admitAll(now instant.Instant, actions []*action) error {
	if !e.opts.Unlimited {
		var demands []capacity.Demand
		tables := make([]*table, len(actions))
		for i, a := range actions {
			demands = a.outcome.demands(demands)
			tables[i] = a.t
		}
		unlock := lockCapacities(tables)
		v := capacity.Admit(now, demands)
		events := eventsOf(now, actions, &v)
		unlock()
		if err := refuse(v, events); err != nil {
			return throttled(err, Transaction)
		}
	}
	countActions(now, actions)
	return nil
}

// tableCosts are the costs of a request for one table.
type tableCosts struct {
	costs

	t    *table
	name string
}

// addCosts adds c to the costs of a table, which the request calls name.
func addCosts(sums []*tableCosts, t *table, name string, c *costs) []*tableCosts {
	i := slices.IndexFunc(sums, func(s *tableCosts) bool { return s.t == t })
	if i < 0 {
		i = len(sums)
		sums = append(sums, &tableCosts{t: t, name: name})
	}
	sums[i].add(c)
	return sums
}

func costsByTable(actions []*action) (sums []*tableCosts) {
	for _, a := range actions {
		sums = addCosts(sums, a.t, *a.in.TableName, &a.outcome.costs)
	}
	return sums
}

func consumedBy(actions []*action, want *string) []*ConsumedCapacity {
	var out []*ConsumedCapacity
	for _, s := range costsByTable(actions) {
		if c := s.consumed(want, s.name); c != nil {
			c.transactional(capacity.Write)
			out = append(out, c)
		}
	}
	return out
}

package dynamo

import (
	"context"
	"errors"
	"slices"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// Tables, indexes and items are measured here: where capacity is taken, and
// where a write is refused. Whole requests are measured by package wire, which
// knows how long they took and how they were answered.

// meterOf returns the meter of the table or of one of its global indexes, nil
// if the index is gone.
func (t *table) meterOf(of *capacity.Throughput) *meter.Meter {
	if of == &t.capacity.Throughput {
		return t.meter
	}
	for _, ix := range t.allIndexes() {
		if ix.capacity == of {
			return ix.meter
		}
	}
	return nil
}

// consumed counts what the demands of one read or write took of t and its
// indexes: the figures of ReturnConsumedCapacity, but that a local index's are
// the table's. Assumed: each item of a batch or transaction is a sample of its
// own, as it is an event of its own when it is throttled.
func (t *table) countConsumed(now instant.Instant, demands ...capacity.Demand) {
	for len(demands) > 0 {
		d := demands[0]
		for demands = demands[1:]; len(demands) > 0 && demands[0].Of == d.Of; demands = demands[1:] {
			d.Cost += demands[0].Cost // of an entry that moves
		}
		if d.Cost > 0 {
			if m := t.meterOf(d.Of); m != nil {
				m.Consume(now, d.Direction, d.Cost)
			}
		}
	}
}

// A throttleEvent is that a table or index did not let in its part of a read or
// write.
type throttleEvent struct {
	at      instant.Instant
	meter   *meter.Meter
	verdict capacity.Verdict
}

// events returns those of one read or write of t, if v is a refusal of it: a
// put on a table with three indexes is up to four, and an index that is behind
// is one although the table is not (docs/aws/metrics.md#throttle-events). The
// caller holds the lock of the capacity, so that nothing has changed since v.
func (t *table) events(now instant.Instant, v *capacity.Verdict, demands []capacity.Demand) []throttleEvent {
	if v.Admitted() {
		return nil
	}
	var events []throttleEvent
	for i := range demands {
		d := &demands[i]
		if i > 0 && demands[i-1].Of == d.Of {
			continue // of an entry that moves
		}
		if m, v := t.meterOf(d.Of), d.Check(now); m != nil && !v.Admitted() {
			events = append(events, throttleEvent{now, m, v})
		}
	}
	return events
}

// countConsumed counts what the actions of a transaction took.
func countActions(now instant.Instant, actions []*action) {
	for _, a := range actions {
		a.t.countConsumed(now, a.outcome.demands(nil)...)
	}
}

// eventsOf returns those of a transaction, as events does of one action.
func eventsOf(now instant.Instant, actions []*action, v *capacity.Verdict) (all []throttleEvent) {
	for _, a := range actions {
		if !v.Admitted() {
			all = append(all, a.t.events(now, v, a.outcome.demands(nil))...)
		}
	}
	return all
}

// refused counts why a single write is refused, unless that is its throughput,
// and returns it.
func (m *mutation) countRefusal(now instant.Instant, why error) error {
	if !m.byService {
		countReasons(now, []error{why}, func(int) *table { return m.t })
	}
	return why
}

// countReasons counts the conditions that failed and the conflicts among the
// reasons of a request, each of which may be of another table. Conflicts are one
// sample for each table, of as many as there are (Developer Guide, "DynamoDB
// metrics and dimensions", TransactionConflict). Assumed: a condition that fails
// in a transaction counts as one of a single write.
func countReasons(now instant.Instant, reasons []error, of func(i int) *table) {
	var conflicts []*table
	for i, why := range reasons {
		switch {
		case errors.Is(why, refusal.Condition):
			of(i).meter.ConditionFailed(now)
		case errors.Is(why, refusal.Conflict):
			conflicts = append(conflicts, of(i))
		}
	}
	for len(conflicts) > 0 {
		t, all := conflicts[0], len(conflicts)
		conflicts = slices.DeleteFunc(conflicts, func(o *table) bool { return o == t })
		t.meter.Conflict(now, all-len(conflicts))
	}
}

// measureIdle measures of every minute that is over what consumed nothing in it,
// until ctx ends. If the machine slept, it measures the last minute alone.
func (e *Engine) measureIdle(ctx context.Context) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for last := instant.Of(time.Now()).Truncate(time.Minute); ; {
		wait.Reset(last.Add(time.Minute).Sub(instant.Of(time.Now())))
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		now := instant.Of(time.Now())
		began := now.Truncate(time.Minute).Add(-time.Minute)
		if began.Before(last) {
			continue // the clock was set back
		}
		last = began.Add(time.Minute)
		for _, t := range e.all(now) {
			if t.takesItems(now) {
				t.measureIdle(began)
			}
		}
	}
}

// measureIdle measures the minute that began at an instant, of the table and of
// its global indexes.
func (t *table) measureIdle(began instant.Instant) {
	t.meter.Idle(began)
	for _, ix := range t.allIndexes() {
		if ix.meter != nil {
			ix.meter.Idle(began)
		}
	}
}

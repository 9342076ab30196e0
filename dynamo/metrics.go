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

// This file counts the metrics of tables and indexes: consumed and refused
// capacity, and refused writes. Package wire counts the metrics of requests,
// which depend on latency and response.

// meterOf returns the meter of the table or of one of its global indexes, or nil
// if the index no longer exists.
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

// countConsumed counts the units that one read or write consumed of t and its
// indexes. They are the units of ReturnConsumedCapacity, except that a local
// index's count for the table. Assumed: each item of a batch or transaction is a
// sample of its own, as each is an event when it is throttled.
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

// A throttleEvent is the refusal of a part of a read or write by a table or
// index.
type throttleEvent struct {
	at      instant.Instant
	meter   *meter.Meter
	verdict capacity.Verdict
}

// events returns the throttle events of one read or write of t, none if v admits
// it. Each table or index that refuses is one event: up to four for a put on a
// table with three indexes, and one for an index that is behind although the
// table is not (docs/aws/metrics.md#throttle-events). The caller holds the lock
// of t.capacity since v was reached.
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

// countActions counts the units that the actions of a transaction consumed.
func countActions(now instant.Instant, actions []*action) {
	for _, a := range actions {
		a.t.countConsumed(now, a.outcome.demands(nil)...)
	}
}

// eventsOf returns the throttle events of all actions of a transaction, none if v
// admits it. The caller holds the locks of their capacities.
func eventsOf(now instant.Instant, actions []*action, v *capacity.Verdict) (all []throttleEvent) {
	for _, a := range actions {
		if !v.Admitted() {
			all = append(all, a.t.events(now, v, a.outcome.demands(nil))...)
		}
	}
	return all
}

// countRefusal counts the failed condition or the conflict of a single write, and
// returns why.
func (m *mutation) countRefusal(now instant.Instant, why error) error {
	if !m.byService {
		countReasons(now, []error{why}, func(int) *table { return m.t })
	}
	return why
}

// countReasons counts the failed conditions and the conflicts among the reasons
// of a request; of(i) is the table of the reason i. The conflicts of a table are
// one sample, whose value is their number (Developer Guide, "DynamoDB metrics and
// dimensions", TransactionConflict). Assumed: a failed condition in a transaction
// counts like that of a single write.
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

// measureIdle counts a zero for each idle minute of tables and indexes, at its
// end, and measures what they have provisioned, until ctx ends. After the machine slept, it counts the last minute only.
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
				if last.Truncate(meter.GaugeEvery) == last {
					t.measureProvisioned(last)
				}
			}
		}
	}
}

// measureProvisioned measures what is provisioned at an instant, for the table and its
// global indexes.
func (t *table) measureProvisioned(now instant.Instant) {
	d := t.desc.Load()
	t.meter.Provision(now, d.plan.Units.Read, d.plan.Units.Write)
	for i := range d.plan.Indexes {
		x := &d.plan.Indexes[i]
		if ix := t.indexByID(d.indexes[x.IndexName].ID); ix != nil && ix.meter != nil {
			ix.meter.Provision(now, x.Units.Read, x.Units.Write)
		}
	}
}

// measureIdle counts the zeros of the minute that began at an instant, for the
// table and its global indexes.
func (t *table) measureIdle(began instant.Instant) {
	t.meter.Idle(began)
	for _, ix := range t.allIndexes() {
		if ix.meter != nil {
			ix.meter.Idle(began)
		}
	}
}

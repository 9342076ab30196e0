package meter

import (
	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/watch"
)

// A Meter measures a table without its global indexes, or one global index. It
// has no state of its own: it is safe for concurrent use if its Sink is. Values
// of capacity are halves of a unit, so that sums are exact.
type Meter struct {
	sink       watch.Sink
	dimensions []watch.Dimension
	series     [kinds][2]watch.Series
}

// OfTable returns the meter of a table.
func OfTable(sink watch.Sink, table string) *Meter {
	m := newMeter(sink, watch.Dimension{Name: TableName, Value: table})
	m.intern(conditionFailed)
	m.intern(conflict)
	m.intern(expired)
	return m
}

// OfIndex returns a meter for a global index of the table.
func (m *Meter) OfIndex(name string) *Meter {
	ix := newMeter(m.sink, m.dimensions[0], watch.Dimension{Name: IndexName, Value: name})
	ix.intern(backfilled)
	return ix
}

func newMeter(sink watch.Sink, dimensions ...watch.Dimension) *Meter {
	m := &Meter{sink: sink, dimensions: dimensions}
	for k := range backfilled {
		m.intern(k)
	}
	return m
}

func (m *Meter) intern(k kind) {
	for d, metric := range metrics[k] {
		if metric.Name != "" {
			m.series[k][d] = m.sink.Series(metric, m.dimensions...)
		}
	}
}

// Consume takes what one read or write of an item, or one page, has consumed.
func (m *Meter) Consume(now instant.Instant, d capacity.Direction, cost capacity.Tokens) {
	m.sink.Add(now, m.series[consumed][d], cost.Units())
}

// Throttle takes an event that v, which is a refusal, throttled: it counts once
// by itself and once by its cause.
func (m *Meter) Throttle(now instant.Instant, v *capacity.Verdict) {
	m.sink.Add(now, m.series[throttled][v.Direction], 1)
	m.sink.Add(now, m.series[causes[v.Limit]][v.Direction], 1)
}

// Backfill takes what one entry of an index that is being filled has consumed.
// It is no part of what the index is said to have consumed.
func (m *Meter) Backfill(now instant.Instant, cost capacity.Tokens) {
	m.sink.Add(now, m.series[backfilled][capacity.Write], cost.Units())
}

// ConditionFailed counts a write whose condition was not met.
func (m *Meter) ConditionFailed(now instant.Instant) {
	m.sink.Add(now, m.series[conditionFailed][capacity.Write], 1)
}

// Conflict takes the number of items of one request that a transaction was
// writing at the time.
func (m *Meter) Conflict(now instant.Instant, items int) {
	m.sink.Add(now, m.series[conflict][capacity.Write], float64(items))
}

// Expire counts an item that was deleted because its time to live was over.
func (m *Meter) Expire(now instant.Instant) {
	m.sink.Add(now, m.series[expired][capacity.Write], 1)
}

// Idle takes the zeros of the minute that began at an instant, one for each
// direction in which nothing was consumed: AWS has datapoints of consumption for
// idle minutes too, and of nothing else. It is to be called when the minute is
// over.
func (m *Meter) Idle(began instant.Instant) {
	for _, s := range m.series[consumed] {
		m.sink.AddIdle(began, s)
	}
}

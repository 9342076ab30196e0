package meter

import (
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/watch"
)

// A Meter counts the metrics of a table without its global indexes, or of one
// global index. It is safe for concurrent use if its Sink is. Units of capacity
// are multiples of 1/2, so sums are exact.
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

// Consume counts the units of one read or write of an item, or of one page.
func (m *Meter) Consume(now instant.Instant, d capacity.Direction, cost capacity.Tokens) {
	m.sink.Add(now, m.series[consumed][d], cost.Units())
}

// Throttle counts one throttle event, by itself and by its cause. v must not be
// admitted.
func (m *Meter) Throttle(now instant.Instant, v *capacity.Verdict) {
	m.sink.Add(now, m.series[throttled][v.Direction], 1)
	m.sink.Add(now, m.series[causes[v.Limit]][v.Direction], 1)
}

// Backfill counts the units of one entry that a backfill writes. They are not
// part of the consumed units of the index.
func (m *Meter) Backfill(now instant.Instant, cost capacity.Tokens) {
	m.sink.Add(now, m.series[backfilled][capacity.Write], cost.Units())
}

// ConditionFailed counts a write whose condition does not hold.
func (m *Meter) ConditionFailed(now instant.Instant) {
	m.sink.Add(now, m.series[conditionFailed][capacity.Write], 1)
}

// Conflict counts one sample: the number of items of a request that a transaction
// was writing.
func (m *Meter) Conflict(now instant.Instant, items int) {
	m.sink.Add(now, m.series[conflict][capacity.Write], float64(items))
}

// Expire counts an item that time to live deleted.
func (m *Meter) Expire(now instant.Instant) {
	m.sink.Add(now, m.series[expired][capacity.Write], 1)
}

// GaugeEvery is how often the provisioned units are measured
// (docs/aws/metrics.md#provisioned-units).
const GaugeEvery = 5 * time.Minute

// Provision measures the units that are provisioned, at an instant that is a multiple
// of GaugeEvery. A table on demand has none, and is not measured.
func (m *Meter) Provision(now instant.Instant, read, write int64) {
	if read == 0 && write == 0 {
		return
	}
	m.sink.Add(now, m.series[provisioned][capacity.Read], float64(read))
	m.sink.Add(now, m.series[provisioned][capacity.Write], float64(write))
}

// Idle counts a zero for each direction without consumption in the minute that
// began at an instant. AWS has such datapoints for consumption only. Call Idle
// when the minute is over.
func (m *Meter) Idle(began instant.Instant) {
	for _, s := range m.series[consumed] {
		m.sink.AddIdle(began, s)
	}
}

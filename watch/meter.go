package watch

import (
	"sync/atomic"
	"time"

	"lullaby/capacity"
)

// A Meter makes the datapoints of one table, or of one global index. The nil
// Meter makes none. It is safe for concurrent use.
type Meter struct {
	to           Recorder
	table, index string

	// busy is the minute, since 1970, in which something was consumed last, by
	// direction and apart for even and odd ones: that of the minute before stays
	// while the next is under way.
	busy [2][2]atomic.Int64
}

// NewMeter returns the meter of a table, nil if there is no recorder.
func NewMeter(to Recorder, table string) *Meter {
	if to == nil {
		return nil
	}
	return &Meter{to: to, table: table}
}

// OfIndex returns a meter for a global index of the table.
func (m *Meter) OfIndex(name string) *Meter {
	if m == nil {
		return nil
	}
	return &Meter{to: m.to, table: m.table, index: name}
}

// Consume counts what one read or write of an item, or one page, has taken.
func (m *Meter) Consume(now time.Time, d capacity.Direction, cost capacity.Tokens) {
	if m == nil {
		return
	}
	minute := now.Unix() / 60
	if busy := &m.busy[d][minute&1]; busy.Load() != minute {
		busy.Store(minute)
	}
	m.Count(now, consumed[d], cost.Units())
}

// Throttle counts an event that v, which is a refusal, throttled: once by itself
// and once by its cause.
func (m *Meter) Throttle(now time.Time, v *capacity.Verdict) {
	m.Count(now, events[v.Direction], 1)
	m.Count(now, causes[v.Limit][v.Direction], 1)
}

// Count counts n of a metric that has no dimensions but those of the meter.
func (m *Meter) Count(now time.Time, metric Metric, n float64) {
	if m == nil {
		return
	}
	m.to.Record(Datapoint{At: now, Metric: metric, TableName: m.table, IndexName: m.index, Value: n})
}

// Idle makes the zeros of a minute that is over, one for each direction in which
// nothing was consumed: what is idle has datapoints too, and only of consumption
// (facts dynamodb-capacity.md 0.3, 7.1). It is to be called during the minute
// that follows, with the instant at which the idle one began.
func (m *Meter) Idle(began time.Time) {
	if m == nil {
		return
	}
	minute := began.Unix() / 60
	for d := range m.busy {
		if m.busy[d][minute&1].Load() != minute {
			m.Count(began, consumed[d], 0)
		}
	}
}

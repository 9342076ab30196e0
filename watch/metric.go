package watch

import "lullaby/instant"

// A Unit is the unit of a metric's values, as AWS names it (API Reference of
// CloudWatch, MetricDatum).
type Unit string

// The units of the metrics here.
const (
	Count        Unit = "Count"
	Milliseconds Unit = "Milliseconds"
)

// A Metric is something that is measured, without what it is measured of.
type Metric struct {
	Namespace string // AWS/DynamoDB
	Name      string // ConsumedReadCapacityUnits
	Unit      Unit
}

// A Dimension says what a metric is measured of: TableName = orders.
type Dimension struct{ Name, Value string }

// A Series is a metric with its dimensions, interned by a [Sink]: it means
// something to that Sink alone. The zero Series is none, and takes no samples.
type Series uint32

// A Sink takes samples. A *[Store] is one; [Discard] is one that keeps nothing.
// Whether it is safe for concurrent use is for the Sink to say; Add is on the
// way of every request, so it must not block, and should take well under a
// microsecond and allocate nothing.
type Sink interface {
	// Series returns the series of a metric with dimensions, in any order. Two
	// calls with the same ones return the same series.
	Series(m Metric, dimensions ...Dimension) Series

	// Add takes a sample that was measured at an instant, in the unit of the
	// metric. Samples may come out of the order of their instants.
	Add(at instant.Instant, s Series, value float64)

	// AddIdle takes a sample of zero at an instant, unless the series has a
	// sample in that minute.
	AddIdle(at instant.Instant, s Series)
}

// Discard is a Sink that keeps nothing. It is safe for concurrent use.
var Discard Sink = discard{}

type discard struct{}

func (discard) Series(Metric, ...Dimension) Series   { return 0 }
func (discard) Add(instant.Instant, Series, float64) {}
func (discard) AddIdle(instant.Instant, Series)      {}

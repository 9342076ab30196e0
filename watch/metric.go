package watch

import "lullaby/instant"

// A Unit is the unit of a metric's values, by AWS's name (API Reference of
// CloudWatch, MetricDatum).
type Unit string

// The units in use. AWS has more, which custom metrics may have.
const (
	Count        Unit = "Count"
	Milliseconds Unit = "Milliseconds"
	Seconds      Unit = "Seconds"
	Bytes        Unit = "Bytes"
	NoUnit       Unit = "None"
)

// A Metric is a metric without dimensions.
type Metric struct {
	Namespace string // AWS/DynamoDB
	Name      string // ConsumedReadCapacityUnits
	Unit      Unit
}

// A Dimension says what a series measures: TableName = orders.
type Dimension struct{ Name, Value string }

// A Series is a metric with its dimensions, interned by a [Sink]. It is valid
// for that Sink only. The zero Series is none: samples added to it are dropped.
type Series uint32

// A Sink takes samples. A [Store] is one; [Discard] drops them. Each Sink says
// whether it is safe for concurrent use. Every request calls Add: it must not
// block or allocate, and should take well under a microsecond.
type Sink interface {
	// Series returns the series of a metric with dimensions, which may be in
	// any order. The same arguments give the same series.
	Series(m Metric, dimensions ...Dimension) Series

	// Add adds a sample, measured at an instant, in the metric's unit. Samples
	// may arrive in any order of their instants.
	Add(at instant.Instant, s Series, value float64)

	// AddIdle adds a sample of 0 at an instant, unless the series has a sample
	// in that minute.
	AddIdle(at instant.Instant, s Series)
}

// Discard is a Sink that drops all samples. Safe for concurrent use.
var Discard Sink = discard{}

type discard struct{}

func (discard) Series(Metric, ...Dimension) Series   { return 0 }
func (discard) Add(instant.Instant, Series, float64) {}
func (discard) AddIdle(instant.Instant, Series)      {}

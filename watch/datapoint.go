package watch

import "time"

// A Datapoint is one sample of a metric. Fields that are no dimension of the
// metric are empty.
type Datapoint struct {
	At        time.Time // when it happened; of an idle minute, when that began
	Metric    Metric
	TableName string
	IndexName string // GlobalSecondaryIndexName; empty: the table without its global indexes
	Operation string // as in X-Amz-Target

	// Value is in the metric's unit. Capacity is in halves of a unit, so that sums
	// are exact.
	Value float64
}

// A Recorder takes datapoints. Record is called on the way of every request, by
// many goroutines at once: it must be safe for that, must not block, and should
// take well under a microsecond. Datapoints come about in the order of At, but
// not strictly.
type Recorder interface {
	Record(d Datapoint)
}

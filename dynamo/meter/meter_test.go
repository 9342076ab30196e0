package meter_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/watchtest"
)

var began = instant.Of(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))

// Every limit has its metric in either direction ("DynamoDB metrics and
// dimensions").
func TestThrottle(t *testing.T) {
	for _, tt := range []struct {
		limit capacity.Limit
		cause string
	}{
		{capacity.ProvisionedThroughput, "ProvisionedThroughput"},
		{capacity.KeyRangeThroughput, "KeyRangeThroughput"},
		{capacity.AccountLimit, "AccountLimit"},
		{capacity.MaxOnDemandThroughput, "MaxOnDemandThroughput"},
	} {
		for d, direction := range []string{capacity.Read: "Read", capacity.Write: "Write"} {
			var tape watchtest.Tape
			meter.OfTable(&tape, "orders").OfIndex("by-day").Throttle(began,
				&capacity.Verdict{Limit: tt.limit, Direction: capacity.Direction(d)}) //nolint:gosec // 0 or 1
			sample := func(name string) watchtest.Sample {
				return watchtest.Sample{
					At: began, Value: 1, Metric: watch.Metric{Namespace: "AWS/DynamoDB", Name: name, Unit: watch.Count},
					Dimensions: []watch.Dimension{{Name: "TableName", Value: "orders"}, {Name: "GlobalSecondaryIndexName", Value: "by-day"}},
				}
			}
			want := []watchtest.Sample{sample(direction + "ThrottleEvents"), sample(direction + tt.cause + "ThrottleEvents")}
			if diff := cmp.Diff(want, tape.Take()); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", tt.cause, direction, diff)
			}
		}
	}
}

func TestIdle(t *testing.T) {
	tests := []struct {
		name     string
		consumed []time.Duration // of writes
		idle     time.Duration
		want     bool // a zero of writes; there is always one of reads
	}{
		{"nothing", nil, 0, true},
		{"at its beginning", []time.Duration{0}, 0, false},
		{"at its end", []time.Duration{time.Minute - 1}, 0, false},
		{"before", []time.Duration{-1}, 0, true},
		{"long before", []time.Duration{0}, 2 * time.Minute, true},
		{"then, and after it", []time.Duration{time.Second, time.Minute}, 0, false},
		{"after it", []time.Duration{time.Minute}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var tape watchtest.Tape
			m := meter.OfTable(&tape, "orders")
			for _, d := range tt.consumed {
				m.Consume(began.Add(d), capacity.Write, capacity.Unit/2)
			}
			for i, s := range tape.Take() {
				if s.At != began.Add(tt.consumed[i]) || s.Metric.Name != "ConsumedWriteCapacityUnits" || s.Value != 0.5 {
					t.Errorf("consumed %+v, want half a unit of writes at %v", s, tt.consumed[i])
				}
			}
			m.Idle(began.Add(tt.idle))
			want := "ConsumedReadCapacityUnits orders: 0 in 1"
			if tt.want {
				want += "\nConsumedWriteCapacityUnits orders: 0 in 1"
			}
			if diff := cmp.Diff(want, tape.Sums()); diff != "" {
				t.Errorf("idle (-want +got):\n%s", diff)
			}
		})
	}
}

// What is measured of a table and of an index, each by a method of its own.
func TestMethods(t *testing.T) {
	var tape watchtest.Tape
	table := meter.OfTable(&tape, "orders")
	table.Consume(began, capacity.Read, 3*capacity.Unit)
	table.ConditionFailed(began)
	table.Conflict(began, 2)
	table.Expire(began)
	table.OfIndex("by-day").Backfill(began, 4*capacity.Unit)
	want := `ConditionalCheckFailedRequests orders: 1 in 1
ConsumedReadCapacityUnits orders: 3 in 1
OnlineIndexConsumedWriteCapacity orders/by-day: 4 in 1
TimeToLiveDeletedItemCount orders: 1 in 1
TransactionConflict orders: 2 in 1`
	if diff := cmp.Diff(want, tape.Sums()); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

// The list of what tables emit is what the meters of a table and an index emit, and
// what the endpoint emits of requests.
func TestEmissions(t *testing.T) {
	var tape watchtest.Tape
	m := meter.OfTable(&tape, "orders")
	ix := m.OfIndex("by-day")
	for _, of := range []*meter.Meter{m, ix} {
		of.Consume(began, capacity.Read, capacity.Unit)
		of.Throttle(began, &capacity.Verdict{Limit: capacity.KeyRangeThroughput})
	}
	m.ConditionFailed(began)
	m.Conflict(began, 2)
	m.Expire(began)
	table, operation := watch.Dimension{Name: meter.TableName, Value: "orders"}, watch.Dimension{Name: meter.Operation, Value: "PutItem"}
	for _, metric := range []watch.Metric{meter.SuccessfulRequestLatency, meter.ReturnedItemCount, meter.ThrottledRequests, meter.SystemErrors} {
		tape.Series(metric, table, operation)
	}
	tape.Series(meter.UserErrors)
	for _, d := range tape.Disagreements(meter.Emissions()) {
		t.Error(d)
	}
}

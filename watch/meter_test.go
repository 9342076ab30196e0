package watch_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/capacity"
	"lullaby/watch"
)

// tape is a Recorder for one goroutine.
type tape struct{ points []watch.Datapoint }

func (p *tape) Record(d watch.Datapoint) { p.points = append(p.points, d) }

func TestMetricNames(t *testing.T) {
	seen := map[string]bool{}
	for m := watch.ConsumedReadCapacityUnits; m <= watch.UserErrors; m++ {
		if name := m.String(); name == "" || seen[name] {
			t.Errorf("metric %d is named %q, which must be there and its own", m, name)
		}
		seen[m.String()] = true
		if got, want := m.Unit() == "Milliseconds", m == watch.SuccessfulRequestLatency; got != want {
			t.Errorf("unit of %v is %s", m, m.Unit())
		}
	}
	if got, want := (watch.UserErrors + 1).String(), "Metric(21)"; got != want {
		t.Errorf("the next metric is %s, want %s", got, want)
	}
}

// Every limit has its metric in either direction (facts dynamodb-capacity.md
// 4.3).
func TestThrottle(t *testing.T) {
	now := time.Unix(946_684_800, 0)
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
			var told tape
			watch.NewMeter(&told, "orders").OfIndex("by-day").Throttle(now,
				&capacity.Verdict{Limit: tt.limit, Direction: capacity.Direction(d)}) //nolint:gosec // 0 or 1
			got := make([]string, 0, 2)
			for _, p := range told.points {
				if p.At != now || p.TableName != "orders" || p.IndexName != "by-day" || p.Value != 1 {
					t.Errorf("%+v, want 1 of the index at %v", p, now)
				}
				got = append(got, p.Metric.String())
			}
			if want := []string{direction + "ThrottleEvents", direction + tt.cause + "ThrottleEvents"}; !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
	}
}

func TestIdle(t *testing.T) {
	began := time.Unix(946_684_800, 0)
	at := began.Add
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
		{"long before, in a minute like it", []time.Duration{0}, 2 * time.Minute, true},
		{"then, and after it", []time.Duration{time.Second, time.Minute}, 0, false},
		{"after it", []time.Duration{time.Minute}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var told tape
			m := watch.NewMeter(&told, "orders")
			for _, d := range tt.consumed {
				m.Consume(at(d), capacity.Write, capacity.Unit/2)
			}
			for i, p := range told.points {
				want := watch.Datapoint{At: at(tt.consumed[i]), Metric: watch.ConsumedWriteCapacityUnits, TableName: "orders", Value: 0.5}
				if diff := cmp.Diff(want, p); diff != "" {
					t.Errorf("consumed (-want +got):\n%s", diff)
				}
			}
			told.points = nil
			m.Idle(at(tt.idle))
			want := []watch.Datapoint{{At: at(tt.idle), Metric: watch.ConsumedReadCapacityUnits, TableName: "orders"}}
			if tt.want {
				want = append(want, watch.Datapoint{At: at(tt.idle), Metric: watch.ConsumedWriteCapacityUnits, TableName: "orders"})
			}
			if diff := cmp.Diff(want, told.points); diff != "" {
				t.Errorf("idle (-want +got):\n%s", diff)
			}
		})
	}
}

// Without a Recorder there is no meter, and what is counted goes nowhere.
func TestNoRecorder(t *testing.T) {
	m := watch.NewMeter(nil, "orders")
	if m != nil || m.OfIndex("by-day") != nil {
		t.Errorf("meters without a recorder: %v, want nil", m)
	}
	m.Consume(time.Unix(0, 0), capacity.Read, capacity.Unit)
	m.Throttle(time.Unix(0, 0), &capacity.Verdict{Limit: capacity.AccountLimit})
	m.Idle(time.Unix(0, 0))
}

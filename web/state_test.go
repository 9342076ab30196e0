package web_test

import (
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo/refusal"
	"lullaby/watch"
	"lullaby/watch/request"
	"lullaby/web"
)

// What the page shows of a minute is what CloudWatch answers when it knows of it: for a
// table and its index, consumed and throttled.
func TestNumbersAreCloudWatchs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.create(t, "tab")
		time.Sleep(20 * time.Second) // 20 units have come in
		throttled := 0
		for i := range 50 {
			if err := w.put(t, "tab", strconv.Itoa(i)); errors.Is(err, refusal.Throttled) {
				throttled++
			} else {
				check(t, err)
			}
		}
		var live, state web.State
		w.ask(t, "GET", "/api/state", "", &live)
		time.Sleep(2 * time.Minute)
		w.ask(t, "GET", "/api/state", "", &state)
		for _, r := range state.Tables[0].Resources {
			for metric, points := range map[string]web.Points{
				"ConsumedWriteCapacityUnits": r.Write.Consumed, "WriteThrottleEvents": r.Write.Throttled,
			} {
				want := w.cloudWatch(t, metric, r.Index)
				if diff := cmp.Diff(want, values(state.Minute, points)); diff != "" {
					t.Errorf("%s of index %q (-CloudWatch +page):\n%s", metric, r.Index, diff)
				}
				if r.Index == "" && len(want) == 0 {
					t.Errorf("CloudWatch has no %s", metric)
				}
			}
		}
		table := func(s web.State) web.Side { return s.Tables[0].Resources[0].Write }
		last := len(table(live).Throttled) - 1
		if last < 0 {
			t.Fatal("the page has no throttles at once")
		}
		if got := int(table(live).Throttled[last]); got != throttled || throttled == 0 {
			t.Errorf("the page has %d throttles at once, want %d", got, throttled)
		}
		if got := table(live); got.Units != 1 || got.Most != 300 || got.Left > 1 {
			t.Errorf("after the storm: %+v", got)
		}
		if got := table(state); got.Left < 100 {
			t.Errorf("two minutes later: %v units are left", got.Left)
		}
	})
}

// cloudWatch returns the sums that GetMetricData has of a metric of t or of an index, by
// the minute in milliseconds.
func (w *world) cloudWatch(t *testing.T, metric, index string) map[int64]float64 {
	t.Helper()
	of := []watch.Dimension{{Name: "TableName", Value: "tab"}}
	if index != "" {
		of = append(of, watch.Dimension{Name: "GlobalSecondaryIndexName", Value: index})
	}
	in := request.GetMetricDataInput{MetricDataQueries: []watch.MetricDataQuery{{Id: "m", MetricStat: &watch.MetricStat{
		Metric: watch.QueryMetric{Namespace: "AWS/DynamoDB", MetricName: metric, Dimensions: of}, Period: 60, Stat: "Sum",
	}}}}
	in.StartTime, in.EndTime = &request.Timestamp{Instant: now().Add(-10 * time.Minute)}, &request.Timestamp{Instant: now()}
	out, err := w.metrics.GetMetricData(t.Context(), now(), &in)
	check(t, err)
	sums := map[int64]float64{}
	for i, at := range out.MetricDataResults[0].Timestamps {
		if v := out.MetricDataResults[0].Values[i]; v != 0 {
			sums[int64(at)/int64(time.Millisecond)] = v
		}
	}
	return sums
}

// values returns the points of a state by the minute.
func values(minute int64, points web.Points) map[int64]float64 {
	sums := map[int64]float64{}
	for i, v := range points {
		if v != 0 { // or null
			sums[minute-int64(len(points)-1-i)*time.Minute.Milliseconds()] = v
		}
	}
	return sums
}

package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/request"
)

// A metric of high resolution has points of seconds for three hours, and of minutes as
// any other.
func TestHighResolution(t *testing.T) {
	d := newDisk(t)
	one, sixty := 1, 60
	put := func(at instant.Instant, resolution *int, value float64) {
		t.Helper()
		_, err := d.PutMetricData(t.Context(), at, &request.PutMetricDataInput{Namespace: "App", MetricData: []request.MetricDatum{
			{MetricName: "m", Timestamp: &request.Timestamp{Instant: at}, Value: &value, StorageResolution: resolution},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for second := range 120 {
		put(begin.Add(time.Duration(second)*time.Second+300*time.Millisecond), &one, float64(second%10))
	}
	put(begin.Add(2*time.Minute), &sixty, 100)
	n, count := 2.0, 1.0
	_, err := d.PutMetricData(t.Context(), begin, &request.PutMetricDataInput{Namespace: "App", MetricData: []request.MetricDatum{
		{MetricName: "m", Timestamp: &request.Timestamp{Instant: begin.Add(3 * time.Minute)}, StorageResolution: &one, StatisticValues: &request.StatisticSet{SampleCount: &count, Sum: &n, Minimum: &n, Maximum: &n}},
		{MetricName: "m", Timestamp: &request.Timestamp{Instant: begin.Add(3*time.Minute + time.Second)}, StorageResolution: &one, Values: []float64{7, 8}, Counts: []float64{1, 2}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	read := func(now instant.Instant, from, to time.Duration, period int, stat string) (got []string) {
		t.Helper()
		out, err := d.GetMetricData(t.Context(), now, &request.GetMetricDataInput{
			MetricDataQueries: []watch.MetricDataQuery{{Id: "a", MetricStat: &watch.MetricStat{Metric: watch.QueryMetric{Namespace: "App", MetricName: "m"}, Period: period, Stat: stat}}},
			StartTime:         &request.Timestamp{Instant: begin.Add(from)}, EndTime: &request.Timestamp{Instant: begin.Add(to)}, ScanBy: "TimestampAscending",
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range out.MetricDataResults[0].Timestamps {
			got = append(got, fmt.Sprintf("%v=%v", at.Sub(begin), out.MetricDataResults[0].Values[i]))
		}
		return got
	}
	soon, late := begin.Add(10*time.Minute), begin.Add(3*time.Hour+90*time.Second)
	for _, tt := range []struct {
		now      instant.Instant
		from, to time.Duration
		period   int
		stat     string
		want     []string
	}{
		{soon, 0, 3 * time.Second, 1, "Sum", []string{"0s=0", "1s=1", "2s=2"}},
		{soon, 7 * time.Second, 22 * time.Second, 5, "Sum", []string{"5s=35", "10s=10", "15s=35"}},
		{soon, 0, time.Minute, 10, "Maximum", []string{"0s=9", "10s=9", "20s=9", "30s=9", "40s=9", "50s=9"}},
		{soon, 0, time.Minute, 20, "Sum", []string{"0s=90", "20s=90", "40s=90"}},
		{soon, 0, 3 * time.Minute, 30, "SampleCount", []string{"0s=30", "30s=30", "1m0s=30", "1m30s=30"}},
		{soon, 3 * time.Minute, 4 * time.Minute, 1, "Sum", []string{"3m0s=2", "3m1s=23"}},
		{soon, 3 * time.Minute, 4 * time.Minute, 1, "p50", []string{"3m0s=2", "3m1s=8"}},
		{soon, 0, 4 * time.Minute, 60, "Sum", []string{"0s=270", "1m0s=270", "2m0s=100", "3m0s=25"}},
		{late, time.Minute, 2 * time.Minute, 30, "Sum", []string{"1m30s=135"}},
		{late, 0, 2 * time.Minute, 60, "Sum", []string{"0s=270", "1m0s=270"}},
	} {
		if got := read(tt.now, tt.from, tt.to, tt.period, tt.stat); !slices.Equal(got, tt.want) {
			t.Errorf("%s of %d s from %v to %v at %v: %v, want %v", tt.stat, tt.period, tt.from, tt.to, tt.now.Sub(begin), got, tt.want)
		}
	}
}

package store_test

import (
	"testing"
	"time"

	"lullaby/watch"
	"lullaby/watch/request"
)

// A label has the values that it names, of the points of the answer.
func TestLabels(t *testing.T) {
	d := newDisk(t)
	number := d.Series(latency, function("f"))
	for i, v := range []float64{3, 9, 1.5, 4} {
		d.Add(begin.Add(time.Duration(i)*time.Minute), number, v)
	}
	stat := &watch.MetricStat{
		Metric: watch.QueryMetric{Namespace: latency.Namespace, MetricName: latency.Name, Dimensions: []watch.Dimension{function("f")}},
		Period: 60, Stat: "Sum",
	}
	labels := func(from time.Duration, zone string, queries ...watch.MetricDataQuery) (got []string) {
		t.Helper()
		out, err := d.GetMetricData(t.Context(), begin.Add(10*time.Minute), &request.GetMetricDataInput{
			MetricDataQueries: queries, LabelOptions: &request.LabelOptions{Timezone: zone},
			StartTime: &request.Timestamp{Instant: begin.Add(from)}, EndTime: &request.Timestamp{Instant: begin.Add(from + 5*time.Minute)},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.MetricDataResults {
			got = append(got, r.Label)
		}
		return got
	}
	for _, tt := range []struct{ label, want string }{
		{"", "Duration"},
		{"plain $ {MAX} ${", "plain $ {MAX} ${"},
		{"${LABEL} [max: ${MAX}, min: ${MIN}]", "Duration [max: 9, min: 1.5]"},
		{"${AVG} ${SUM} ${DATAPOINT_COUNT}", "4.375 17.5 4"},
		{"${FIRST} to ${LAST}: ${FIRST_LAST_RANGE} in ${FIRST_LAST_TIME_RANGE}", "3 to 4: 1 in 3m0s"},
		{"${MIN_MAX_RANGE} in ${MIN_MAX_TIME_RANGE}", "7.5 in 1m0s"},
		{"${FIRST_TIME} ${LAST_TIME}", "2026-01-01T00:00:00Z 2026-01-01T00:03:00Z"},
		{"${MAX_TIME} ${MIN_TIME_RELATIVE} ${FIRST_TIME_RELATIVE}", "2026-01-01T00:01:00Z 8m0s 10m0s"},
		{"${PROP('Dim.FunctionName')} ${PROP('Dim.Other')} ${PROP('MetricName')} ${PROP('Namespace')}", "f  Duration AWS/Lambda"},
		{"${PROP('Stat')} ${PROP('Period')} ${PROP('Region')} ${PROP('AccountId')}", "Sum 60 us-east-1 123456789012"},
		{"${MEDIAN} ${PROP('Size')} ${PROP(x)} ${max}", "${MEDIAN} ${PROP('Size')} ${PROP(x)} ${max}"},
	} {
		if got := labels(0, "", watch.MetricDataQuery{Id: "a", Label: tt.label, MetricStat: stat}); len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: %q, want %q", tt.label, got, tt.want)
		}
	}
	if got := labels(0, "+0130", watch.MetricDataQuery{Id: "a", Label: "${MAX_TIME}", MetricStat: stat}); got[0] != "2026-01-01T01:31:00+01:30" {
		t.Errorf("in another zone: %q", got)
	}
	if got := labels(time.Hour, "", watch.MetricDataQuery{Id: "a", Label: "${LABEL}: ${MAX}", MetricStat: stat}); got[0] != "Duration: " {
		t.Errorf("without points: %q", got)
	}
	no := false
	got := labels(0, "", watch.MetricDataQuery{Id: "a", MetricStat: stat, ReturnData: &no},
		watch.MetricDataQuery{Id: "e", Expression: "a*2", Label: "${LABEL} ${MAX} ${PROP('Stat')}."})
	if len(got) != 1 || got[0] != "e 18 ." {
		t.Errorf("of an expression: %q", got)
	}
}

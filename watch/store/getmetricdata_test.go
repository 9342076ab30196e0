package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lullaby/watch"
	"lullaby/watch/request"
)

// GetMetricData gives the points of its queries on pages, the newest first; with
// expressions all are on one.
func TestPagesOfGetMetricData(t *testing.T) {
	d := newDisk(t)
	for _, name := range []string{"f", "g"} {
		number := d.Series(latency, function(name))
		for i := range 4 {
			d.Add(begin.Add(time.Duration(i)*time.Minute), number, float64(i))
		}
	}
	query := func(id string) watch.MetricDataQuery {
		return watch.MetricDataQuery{Id: id, MetricStat: &watch.MetricStat{
			Metric: watch.QueryMetric{Namespace: latency.Namespace, MetricName: latency.Name, Dimensions: []watch.Dimension{function(id)}},
			Period: 60, Stat: "Sum",
		}}
	}
	pages := func(most int, queries ...watch.MetricDataQuery) (got []string) {
		t.Helper()
		in := &request.GetMetricDataInput{
			MetricDataQueries: queries, MaxDatapoints: &most,
			StartTime: &request.Timestamp{Instant: begin}, EndTime: &request.Timestamp{Instant: begin.Add(4 * time.Minute)},
		}
		for {
			out, err := d.GetMetricData(t.Context(), begin.Add(time.Hour), in)
			if err != nil {
				return append(got, err.Error())
			}
			var text strings.Builder
			for _, r := range out.MetricDataResults {
				fmt.Fprintf(&text, "%s %v %s;", r.Id, r.Values, r.StatusCode)
			}
			if got = append(got, text.String()); out.NextToken == "" {
				return got
			}
			in.NextToken = out.NextToken
		}
	}
	for _, tt := range []struct {
		most    int
		queries []watch.MetricDataQuery
		want    []string
	}{
		{100, []watch.MetricDataQuery{query("f"), query("g")}, []string{"f [3 2 1 0] Complete;g [3 2 1 0] Complete;"}},
		{8, []watch.MetricDataQuery{query("f"), query("g")}, []string{"f [3 2 1 0] Complete;g [3 2 1 0] Complete;"}},
		{5, []watch.MetricDataQuery{query("f"), query("g")}, []string{"f [3 2 1 0] Complete;g [3] PartialData;", "g [2 1 0] Complete;"}},
		{4, []watch.MetricDataQuery{query("f"), query("g")}, []string{"f [3 2 1 0] Complete;", "g [3 2 1 0] Complete;"}},
		{3, []watch.MetricDataQuery{query("f")}, []string{"f [3 2 1] PartialData;", "f [0] Complete;"}},
		{3, []watch.MetricDataQuery{query("f"), query("g"), {Id: "e", Expression: "f+g"}}, []string{"f [3 2 1 0] Complete;g [3 2 1 0] Complete;e [6 4 2 0] Complete;"}},
	} {
		if got := pages(tt.most, tt.queries...); !slices.Equal(got, tt.want) {
			t.Errorf("%d points of %d queries: %q, want %q", tt.most, len(tt.queries), got, tt.want)
		}
	}
}

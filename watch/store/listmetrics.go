package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// ListMetricsOutput is the output of ListMetrics.
type ListMetricsOutput struct {
	Metrics   []ListedMetric
	NextToken string `json:",omitzero"`
}

// A ListedMetric is a metric with its dimensions.
type ListedMetric struct {
	Namespace, MetricName string
	Dimensions            []watch.Dimension
}

// What ListMetrics has (docs/aws/cloudwatch.md#list-of-metrics).
const (
	listed   = 500 // a page
	idle     = 14 * 24 * time.Hour
	recently = 3 * time.Hour
)

// ListMetrics performs the operation of that name.
func (s *Store) ListMetrics(_ context.Context, now instant.Instant, in *request.ListMetricsInput) (*ListMetricsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	first := 1
	if in.NextToken != "" {
		var err error
		if first, err = strconv.Atoi(in.NextToken); err != nil || first < 1 {
			return nil, refusal.Newf(refusal.InvalidNextToken, "Invalid nextToken")
		}
	}
	since := now.Add(-idle)
	if in.RecentlyActive != "" {
		since = now.Add(-recently)
	}
	out := &ListMetricsOutput{Metrics: []ListedMetric{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	for number := watch.Series(first); number <= s.mu.Len(); number++ { //nolint:gosec // positive
		if !s.mu.Has(number) || s.mu.Newest(number) < since || s.mu.Newest(number) == 0 {
			continue
		}
		m, dimensions := s.mu.Describe(number)
		if !lists(in, m, dimensions) || s.mu.Find(watch.Metric{Namespace: m.Namespace, Name: m.Name}, dimensions...)[0] != number {
			continue // a metric of two units is listed once
		}
		if len(out.Metrics) == listed {
			out.NextToken = strconv.Itoa(int(number))
			break
		}
		out.Metrics = append(out.Metrics, ListedMetric{m.Namespace, m.Name, dimensions})
	}
	return out, nil
}

// lists reports whether a metric is asked for.
func lists(in *request.ListMetricsInput, m watch.Metric, dimensions []watch.Dimension) bool {
	if in.Namespace != "" && in.Namespace != m.Namespace || in.MetricName != "" && in.MetricName != m.Name {
		return false
	}
	for _, f := range in.Dimensions {
		if !slices.ContainsFunc(dimensions, func(d watch.Dimension) bool { return d.Name == f.Name && (f.Value == "" || f.Value == d.Value) }) {
			return false
		}
	}
	return true
}

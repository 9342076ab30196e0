package store

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// GetMetricDataOutput is the output of GetMetricData.
type GetMetricDataOutput struct {
	MetricDataResults []MetricDataResult
	Messages          []MessageData
	NextToken         string `json:",omitzero"`
}

// A MetricDataResult is the points of one query.
type MetricDataResult struct {
	Id         string
	Label      string
	Timestamps request.Timestamps
	Values     []float64
	StatusCode string
	Messages   []MessageData `json:",omitzero"`
}

// MessageData is a note to an answer.
type MessageData struct{ Code, Value string }

// A page is a part of the periods of GetMetricData's queries: of some queries all, of
// the last one those that fit.
type page struct {
	query, period int // with which it begins
	left          int // how many periods it still may have
}

// GetMetricData performs the operation of that name. A page ends with the last period
// that it has looked at, whether or not that has a point, so that its work is bounded.
func (s *Store) GetMetricData(_ context.Context, now instant.Instant, in *request.GetMetricDataInput) (*GetMetricDataOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	math, err := watch.NewMath(in.MetricDataQueries)
	if err != nil {
		return nil, refusal.Newf(refusal.Validation, "Error in expression %v", err)
	}
	p := page{left: request.MaxDatapoints}
	if in.MaxDatapoints != nil {
		p.left = *in.MaxDatapoints
	}
	out := &GetMetricDataOutput{}
	if len(math.Order) > 0 {
		err = s.withMath(now, in, math, out)
	} else {
		err = s.withoutMath(now, in, p, out)
	}
	if err != nil {
		return nil, err
	}
	l := labels{now: now, zone: in.Zone(), scope: s.opts.Scope, queries: in.MetricDataQueries}
	l.label(out.MetricDataResults)
	return out, nil
}

func (s *Store) withoutMath(now instant.Instant, in *request.GetMetricDataInput, p page, out *GetMetricDataOutput) error {
	if in.NextToken != "" {
		query, period, _ := strings.Cut(in.NextToken, "-")
		var errs [2]error
		p.query, errs[0] = strconv.Atoi(query)
		p.period, errs[1] = strconv.Atoi(period)
		if errs[0] != nil || errs[1] != nil || p.query < 0 || p.query >= len(in.MetricDataQueries) || p.period < 0 {
			return refusal.Newf(refusal.InvalidNextToken, "Invalid nextToken")
		}
	}
	for ; p.query < len(in.MetricDataQueries); p.query, p.period = p.query+1, 0 {
		q := &in.MetricDataQueries[p.query]
		period := time.Duration(q.MetricStat.Period) * time.Second
		from, to := in.Span(now, period)
		total := int((to.Sub(from) + period - 1) / period)
		n := max(0, min(total-p.period, p.left))
		if n == 0 && p.period < total {
			break
		}
		first := from.Add(time.Duration(p.period) * period)
		if in.ScanBy != "TimestampAscending" {
			first = from.Add(time.Duration(total-p.period-n) * period)
		}
		values, err := s.values(now, q, first, n)
		if err != nil {
			return err
		}
		p.left -= n
		r := result(q.Id, values, first, period, in.ScanBy)
		if p.period+n < total {
			r.StatusCode, p.period = "PartialData", p.period+n
			out.MetricDataResults = append(out.MetricDataResults, r)
			break
		}
		if q.Returned() {
			out.MetricDataResults = append(out.MetricDataResults, r)
		}
	}
	if p.query < len(in.MetricDataQueries) {
		out.NextToken = fmt.Sprintf("%d-%d", p.query, p.period)
	}
	return nil
}

// values returns the statistic of n periods of a query, NaN where it has none.
func (s *Store) values(now instant.Instant, q *watch.MetricDataQuery, from instant.Instant, n int) ([]float64, error) {
	stat := q.MetricStat
	period := time.Duration(stat.Period) * time.Second
	of, err := watch.ParseStatistic(stat.Stat)
	if err != nil {
		return nil, err
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	m := watch.Metric{Namespace: stat.Metric.Namespace, Name: stat.Metric.MetricName, Unit: stat.Unit}
	for _, number := range s.find(m, stat.Metric.Dimensions) {
		periods := watch.NewPeriods(from, from.Add(time.Duration(n)*period), period, of.Valued())
		if err := s.read(now, number, periods, period); err != nil {
			return nil, err
		}
		found := false
		for i := range values {
			_, p := periods.At(i)
			if v, ok := of.Of(p); ok {
				values[i], found = v, true
			}
		}
		if found {
			break // of several units the first counts
		}
	}
	return values, nil
}

// result returns the points of a query, of which NaN is none.
func result(id string, values []float64, from instant.Instant, period time.Duration, scanBy string) MetricDataResult {
	r := MetricDataResult{Id: id, StatusCode: "Complete", Timestamps: make(request.Timestamps, 0, len(values)), Values: make([]float64, 0, len(values))}
	for i := range values {
		if scanBy != "TimestampAscending" {
			i = len(values) - 1 - i
		}
		if v := values[i]; !math.IsNaN(v) {
			r.Timestamps = append(r.Timestamps, from.Add(time.Duration(i)*period))
			r.Values = append(r.Values, v)
		}
	}
	return r
}

// withMath answers queries with expressions, on one page, whatever MaxDatapoints says. A
// result of several time series has several results.
func (s *Store) withMath(now instant.Instant, in *request.GetMetricDataInput, m *watch.Math, out *GetMetricDataOutput) error {
	left := request.MaxDatapoints
	results := map[string][][]float64{}
	for i := range in.MetricDataQueries {
		q := &in.MetricDataQueries[i]
		if q.MetricStat == nil {
			continue
		}
		period := time.Duration(q.MetricStat.Period) * time.Second
		from, to := in.Span(now, period)
		n := int((to.Sub(from) + period - 1) / period)
		if left -= n; left < 0 {
			return refusal.Newf(refusal.Validation, "You have requested more datapoints than the limit of %d, with expressions.", request.MaxDatapoints)
		}
		values, err := s.values(now, q, from, n)
		if err != nil {
			return err
		}
		results[q.Id] = [][]float64{values}
	}
	if err := m.Evaluate(results); err != nil {
		return refusal.Newf(refusal.Validation, "Error in expression %v", err)
	}
	for i := range in.MetricDataQueries {
		q := &in.MetricDataQueries[i]
		if !q.Returned() {
			continue
		}
		if results[q.Id] == nil {
			return refusal.Newf(refusal.Validation, "Error in expression '%s': the result is not a time series", q.Id)
		}
		period := time.Duration(m.Seconds(q.Id)) * time.Second
		from, _ := in.Span(now, period)
		for _, values := range results[q.Id] {
			out.MetricDataResults = append(out.MetricDataResults, result(q.Id, values, from, period, in.ScanBy))
		}
	}
	return nil
}

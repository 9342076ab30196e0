package store

import (
	"context"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/request"
)

// GetMetricStatisticsOutput is the output of GetMetricStatistics.
type GetMetricStatisticsOutput struct {
	Label      string
	Datapoints []Datapoint
}

// A Datapoint is the statistics of a period.
type Datapoint struct {
	Timestamp          request.Timestamp
	SampleCount        *float64           `json:",omitzero"`
	Average            *float64           `json:",omitzero"`
	Sum                *float64           `json:",omitzero"`
	Minimum            *float64           `json:",omitzero"`
	Maximum            *float64           `json:",omitzero"`
	ExtendedStatistics map[string]float64 `json:",omitzero"`
	Unit               watch.Unit
}

// GetMetricStatistics performs the operation of that name.
func (s *Store) GetMetricStatistics(_ context.Context, now instant.Instant, in *request.GetMetricStatisticsInput) (*GetMetricStatisticsOutput, error) {
	if err := in.Check(now); err != nil {
		return nil, err
	}
	out := &GetMetricStatisticsOutput{Label: in.MetricName}
	from, to := in.Span(now)
	period := time.Duration(*in.Period) * time.Second
	for _, number := range s.find(watch.Metric{Namespace: in.Namespace, Name: in.MetricName, Unit: in.Unit}, in.Dimensions) {
		periods := watch.NewPeriods(from, to, period, len(in.ExtendedStatistics) > 0)
		if err := s.read(now, number, periods, period); err != nil {
			return nil, err
		}
		s.mu.Lock()
		m, _ := s.mu.Describe(number)
		s.mu.Unlock()
		for i := range periods.Len() {
			if d, ok := datapoint(periods, i, in); ok {
				d.Unit = m.Unit
				out.Datapoints = append(out.Datapoints, d)
			}
		}
	}
	return out, nil
}

// find returns the series of a metric.
func (s *Store) find(m watch.Metric, dimensions []watch.Dimension) []watch.Series {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]watch.Series(nil), s.mu.Find(m, dimensions...)...)
}

// datapoint returns the statistics of a period. ok is false if it has no samples.
func datapoint(periods *watch.Periods, i int, in *request.GetMetricStatisticsInput) (d Datapoint, ok bool) {
	began, p := periods.At(i)
	if p.Samples == 0 {
		return d, false
	}
	d.Timestamp.Instant = began
	members := map[string]**float64{
		"SampleCount": &d.SampleCount, "Average": &d.Average, "Sum": &d.Sum, "Minimum": &d.Minimum, "Maximum": &d.Maximum,
	}
	for _, name := range in.Statistics {
		if v, ok := statistic(name, p); ok {
			*members[name] = &v
		}
	}
	for _, name := range in.ExtendedStatistics {
		if v, ok := statistic(name, p); ok {
			if d.ExtendedStatistics == nil {
				d.ExtendedStatistics = map[string]float64{}
			}
			d.ExtendedStatistics[name] = v
		}
	}
	return d, len(in.Statistics) > 0 || d.ExtendedStatistics != nil
}

// statistic returns a statistic that Check has found to be one.
func statistic(name string, p *watch.Point) (float64, bool) {
	of, err := watch.ParseStatistic(name)
	if err != nil {
		return 0, false
	}
	return of.Of(p)
}

package store

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// Minutes returns a statistic of each of the n minutes that end with the one of now,
// which is not over: NaN for one without samples. GetMetricData has the same values
// when the samples have arrived, so late as is assumed. The error is of storage.
func (s *Store) Minutes(now instant.Instant, m watch.Metric, stat string, n int, dimensions ...watch.Dimension) ([]float64, error) {
	q := watch.MetricDataQuery{MetricStat: &watch.MetricStat{
		Metric: watch.QueryMetric{Namespace: m.Namespace, MetricName: m.Name, Dimensions: dimensions},
		Period: int(time.Minute / time.Second), Stat: stat, Unit: m.Unit,
	}}
	from := now.Truncate(time.Minute).Add(-time.Duration(n-1) * time.Minute)
	return s.values(now.Add(s.opts.Assumed.Lag), &q, from, n)
}

// NextEvaluation returns when the alarms are evaluated next.
func (s *Store) NextEvaluation(now instant.Instant) instant.Instant {
	s.alarms.Lock()
	defer s.alarms.Unlock()
	return s.alarms.Next(now)
}

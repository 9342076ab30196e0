package watch_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"lullaby/watch"
)

// An evaluation of 10,000 alarms, which happens once a minute: three of five minutes on
// 1,000 series, one in ten of them on a p99, and one in ten on metric math.
func BenchmarkEvaluate10000(b *testing.B) {
	s, alarms := &watch.Store{}, &watch.Alarms{Assumed: watch.Likely}
	for i := range 1000 {
		series := s.Series(units, table(strconv.Itoa(i)))
		for minute := range 60 {
			for k := range 20 {
				s.Add(at(float64(minute)), series, float64(k*i%97))
			}
		}
	}
	for i := range 10_000 {
		m := watch.MetricAlarm{
			AlarmName: fmt.Sprintf("alarm-%05d", i), Namespace: units.Namespace, MetricName: units.Name, Statistic: "Sum",
			Dimensions: []watch.Dimension{table(strconv.Itoa(i % 1000))}, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3,
			Threshold: 1e6, ComparisonOperator: "GreaterThanThreshold",
		}
		stat := watch.MetricStat{Metric: watch.QueryMetric{Namespace: m.Namespace, MetricName: m.MetricName, Dimensions: m.Dimensions}, Period: 60, Stat: "Sum"}
		switch no := false; i % 10 {
		case 8:
			m.Statistic, m.ExtendedStatistic = "", "p99"
		case 9:
			m.Metrics = []watch.MetricDataQuery{{Id: "a", MetricStat: &stat, ReturnData: &no}, {Id: "e", Expression: "IF(a > 10, a*100, 0)"}}
		}
		if err := alarms.Put(midnight, m); err != nil {
			b.Fatal(err)
		}
	}
	now := at(60)
	alarms.Evaluate(now, s)
	for b.Loop() {
		now = now.Add(time.Minute)
		alarms.Evaluate(now, s)
		if now > at(70) {
			now = at(55)
		}
	}
}

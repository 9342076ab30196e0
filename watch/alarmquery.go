package watch

import (
	"math"
	"time"

	"lullaby/instant"
)

// A source is a statistic of a metric that an alarm looks at, prepared.
type source struct {
	id        string
	family    family
	unit      Unit
	statistic Statistic
	period    time.Duration

	series []Series // found; of several units the first counts
	known  int      // how many series the Store had then
}

func newSource(id string, stat *MetricStat) (source, error) {
	of, err := ParseStatistic(stat.Stat)
	return source{
		id: id, unit: stat.Unit, statistic: of, period: time.Duration(stat.Period) * time.Second,
		family: family{stat.Metric.Namespace, stat.Metric.MetricName, identify(stat.Metric.Dimensions)},
	}, err
}

// find returns the series of the source, the zero Series if there is none yet.
func (q *source) find(s *Store) Series {
	if len(q.series) == 0 && q.known != len(s.series) {
		q.known = len(s.series)
		for _, number := range s.index.families[q.family] {
			if q.unit == "" || s.series[number-1].metric.Unit == q.unit {
				q.series = append(q.series, number)
			}
		}
	}
	for _, number := range q.series {
		if s.series[number-1].newest > 0 {
			return number
		}
	}
	return 0
}

// read sets the datapoints of the n periods that end before an instant, the newest
// first.
func (q *source) read(s *Store, end instant.Instant, points []datapoint) {
	number := q.find(s)
	for i := range points {
		began := end.Add(-time.Duration(i+1) * q.period)
		points[i] = datapoint{at: int64(began)}
		if number == 0 {
			continue
		}
		var p Point
		s.fold(&p, number, minuteOf(began), minuteOf(began.Add(q.period)), q.statistic.Valued())
		points[i].value, points[i].present = q.statistic.Of(&p)
		points[i].samples = p.Samples
		points[i].few = q.statistic.few(p.Samples)
	}
}

// few reports whether n samples are too few for a percentile to mean something
// (docs/aws/cloudwatch.md#few-samples).
func (s Statistic) few(n float64) bool {
	if s.kind != percentile {
		return false
	}
	if s.low >= 50 {
		return float64(n*(100-s.low)) < 1000
	}
	return float64(n*s.low) < 1000
}

// read sets the datapoints of the periods that end before an instant, the newest
// first.
func (p *program) read(s *Store, end instant.Instant, points []datapoint) error {
	p.sources[0].read(s, end, points) // the instants, and the result if there is no math
	if p.math == nil {
		return nil
	}
	results := make(map[string][][]float64, len(p.sources))
	for i := range p.sources {
		q := &p.sources[i]
		q.read(s, end, points)
		series := make([]float64, len(points))
		for k := range points {
			series[len(points)-1-k] = math.NaN()
			if points[k].present {
				series[len(points)-1-k] = points[k].value
			}
		}
		results[q.id] = [][]float64{series}
	}
	v, err := p.evaluate(results, len(points))
	if err != nil {
		return err
	}
	for k := range points {
		d := &points[k]
		d.value, d.few, d.samples = v[len(points)-1-k], false, 0
		d.present = !math.IsNaN(d.value)
	}
	return nil
}

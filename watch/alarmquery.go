package watch

import (
	"math"
	"time"

	"lullaby/instant"
	"lullaby/watch/internal/formula"
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
		s.fold(&p, number, minuteOf(began), minuteOf(began.Add(q.period)), q.statistic.valued())
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

// A program is the queries of an alarm, prepared.
type program struct {
	sources     []source
	expressions map[string]*formula.Expression
	order       []string // Ids of the expressions, each behind those it names
	result      string
}

// series evaluates metric math for the periods that end before an instant, the newest
// first, and writes its result into points.
func (p *program) read(s *Store, end instant.Instant, points []datapoint) error {
	p.sources[0].read(s, end, points) // the instants, and the result if there is no expression
	if len(p.order) == 0 {
		return nil
	}
	results := map[string]formula.Value{}
	for i := range p.sources {
		q := &p.sources[i]
		q.read(s, end, points)
		series := make(formula.Series, len(points))
		for k := range points {
			series[len(points)-1-k] = math.NaN()
			if points[k].present {
				series[len(points)-1-k] = points[k].value
			}
		}
		results[q.id] = formula.Of(series)
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

// evaluate evaluates the expressions and returns the result.
func (p *program) evaluate(results map[string]formula.Value, periods int) (formula.Series, error) {
	env := formula.Env{
		Periods: periods, Period: p.sources[0].period.Seconds(),
		Lookup: func(id string) (formula.Value, error) { return results[id], nil },
		Metrics: func(f func(id string, s formula.Series)) {
			for i := range p.sources {
				f(p.sources[i].id, results[p.sources[i].id].Series[0])
			}
		},
	}
	for _, id := range p.order {
		v, err := p.expressions[id].Eval(&env)
		if err != nil {
			return nil, err
		}
		results[id] = v
	}
	v := results[p.result]
	if !v.IsSeries() {
		return nil, errNotOneSeries
	}
	return v.Series[0], nil
}

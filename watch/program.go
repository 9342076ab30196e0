package watch

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"lullaby/watch/internal/formula"
)

// Errors of metric math.
var (
	errNotOneSeries = errors.New("the result of the expression is not one time series")
	errNoMetric     = errors.New("the expression has no metric")
	errCycle        = errors.New("expressions name each other in a circle")
	errPeriods      = errors.New("the metrics have different periods")
	errOneResult    = errors.New("exactly one query returns data")
)

// An UnsupportedError refuses a function of metric math that AWS has and Lullaby lacks.
type UnsupportedError = formula.UnsupportedError

// maxMathMetrics is how many metrics the math of an alarm has at most
// (docs/aws/cloudwatch.md#metric-math).
const maxMathMetrics = 10

// A Math is the queries of metric math, prepared. It may be evaluated by several
// goroutines at once.
type Math struct {
	Metrics []string // Ids of the queries of metrics, in their order
	Order   []string // Ids of the expressions, each behind those it names

	seconds     map[string]int // the period of each query, by Id
	expressions map[string]*formula.Expression
}

// NewMath prepares queries, whose Ids are unique. The error says what of them is wrong.
func NewMath(queries []MetricDataQuery) (*Math, error) {
	m := &Math{seconds: map[string]int{}, expressions: map[string]*formula.Expression{}}
	var ids []string
	for i := range queries {
		q := &queries[i]
		if q.MetricStat != nil {
			m.Metrics = append(m.Metrics, q.Id)
			m.seconds[q.Id] = q.MetricStat.Period
			continue
		}
		x, err := formula.Parse(q.Expression)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.Id, err)
		}
		m.expressions[q.Id] = x
		ids = append(ids, q.Id)
	}
	return m, m.sort(ids)
}

// sort puts each expression behind those that it names.
func (m *Math) sort(ids []string) error {
	for len(m.Order) < len(ids) {
		before := len(m.Order)
		for _, id := range ids {
			if _, sorted := m.seconds[id]; sorted {
				continue
			}
			ready, err := m.ready(id)
			if err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			if ready {
				m.Order = append(m.Order, id)
			}
		}
		if len(m.Order) == before {
			return errCycle
		}
	}
	return nil
}

// ready reports whether all that an expression names is prepared, and then sets its
// period.
func (m *Math) ready(id string) (bool, error) {
	refs, all := m.expressions[id].Refs()
	if all {
		refs = append(slices.Clip(refs), m.Metrics...)
	}
	seconds := 0
	for _, ref := range refs {
		of, done := m.seconds[ref]
		switch {
		case !done && m.expressions[ref] == nil:
			return false, fmt.Errorf("there is no query with the Id %s", ref)
		case !done:
			return false, nil
		case seconds != 0 && seconds != of:
			return false, errPeriods
		}
		seconds = of
	}
	if seconds == 0 {
		return false, errNoMetric
	}
	m.seconds[id] = seconds
	return true, nil
}

// Seconds returns the period of a query.
func (m *Math) Seconds(id string) int { return m.seconds[id] }

// Evaluate evaluates the expressions. results has the time series of the metrics by
// their Ids, oldest first, NaN where there is no point, and gets those of the
// expressions: one, several for an array, none for a number.
func (m *Math) Evaluate(results map[string][][]float64) error {
	values := map[string]formula.Value{}
	for _, id := range m.Metrics {
		values[id] = formula.Of(results[id][0])
	}
	for _, id := range m.Order {
		v, err := m.expressions[id].Eval(m.env(id, values))
		if err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		values[id], results[id] = v, nil
		for _, s := range v.Series {
			results[id] = append(results[id], s)
		}
	}
	return nil
}

func (m *Math) env(id string, values map[string]formula.Value) *formula.Env {
	seconds := m.seconds[id]
	env := &formula.Env{
		Period: float64(seconds),
		Lookup: func(id string) (formula.Value, error) { return values[id], nil },
		Metrics: func(f func(id string, s formula.Series)) {
			for _, metric := range m.Metrics {
				f(metric, values[metric].Series[0])
			}
		},
	}
	for _, metric := range m.Metrics {
		if m.seconds[metric] == seconds {
			env.Periods = len(values[metric].Series[0])
		}
	}
	return env
}

// A program is the queries of an alarm, prepared.
type program struct {
	sources []source
	math    *Math // nil: the only source
	result  string
}

// compile prepares the queries of an alarm. The error says what of them is wrong.
func compile(m *MetricAlarm) (program, error) {
	if len(m.Metrics) == 0 {
		q, err := newSource("", &MetricStat{
			Metric: QueryMetric{m.Namespace, m.MetricName, m.Dimensions}, Period: m.Period, Unit: m.Unit, Stat: m.Statistic + m.ExtendedStatistic,
		})
		return program{sources: []source{q}}, err
	}
	var p program
	for i := range m.Metrics {
		q := &m.Metrics[i]
		if q.Returned() {
			if p.result != "" {
				return program{}, errOneResult
			}
			p.result = q.Id
		}
		if q.MetricStat != nil {
			s, err := newSource(q.Id, q.MetricStat)
			if err != nil {
				return program{}, err
			}
			p.sources = append(p.sources, s)
		}
	}
	switch {
	case p.result == "":
		return program{}, errOneResult
	case len(p.sources) == 0:
		return program{}, errNoMetric
	case len(p.sources) > maxMathMetrics:
		return program{}, fmt.Errorf("the expression has %d metrics, and at most %d are allowed", len(p.sources), maxMathMetrics)
	case slices.ContainsFunc(p.sources, func(q source) bool { return q.period != p.sources[0].period }):
		return program{}, errPeriods
	}
	var err error
	if p.math, err = NewMath(m.Metrics); err != nil {
		return program{}, err
	}
	_, err = p.evaluate(p.none(), 1)
	return p, err
}

// none are results without data, with which an expression is tried: that its result is
// not one time series does not depend on them.
func (p *program) none() map[string][][]float64 {
	results := map[string][][]float64{}
	for i := range p.sources {
		results[p.sources[i].id] = [][]float64{{math.NaN()}}
	}
	return results
}

// evaluate evaluates the expressions and returns the result.
func (p *program) evaluate(results map[string][][]float64, periods int) ([]float64, error) {
	if err := p.math.Evaluate(results); err != nil {
		return nil, err
	}
	if all := results[p.result]; len(all) == 1 && len(all[0]) == periods {
		return all[0], nil
	}
	return nil, errNotOneSeries
}

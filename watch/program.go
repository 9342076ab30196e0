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

// maxMathMetrics is how many metrics the math of an alarm has at most
// (docs/aws/cloudwatch.md#metric-math).
const maxMathMetrics = 10

// compile prepares the queries of an alarm. The error says what of them is wrong.
func compile(m *MetricAlarm) (program, error) {
	if len(m.Metrics) == 0 {
		q, err := newSource("", &MetricStat{
			Metric: QueryMetric{m.Namespace, m.MetricName, m.Dimensions}, Period: m.Period, Unit: m.Unit, Stat: m.Statistic + m.ExtendedStatistic,
		})
		return program{sources: []source{q}}, err
	}
	p := program{expressions: map[string]*formula.Expression{}}
	for i := range m.Metrics {
		if err := p.add(&m.Metrics[i]); err != nil {
			return program{}, fmt.Errorf("%s: %w", m.Metrics[i].Id, err)
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
	if err := p.sort(); err != nil {
		return program{}, err
	}
	return p, p.try()
}

func (p *program) add(q *MetricDataQuery) error {
	if q.Returned() {
		if p.result != "" {
			return errOneResult
		}
		p.result = q.Id
	}
	if q.MetricStat != nil {
		s, err := newSource(q.Id, q.MetricStat)
		p.sources = append(p.sources, s)
		return err
	}
	x, err := formula.Parse(q.Expression)
	p.expressions[q.Id] = x
	p.order = append(p.order, q.Id)
	return err
}

// sort puts each expression behind those that it names.
func (p *program) sort() error {
	var sorted []string
	for len(sorted) < len(p.order) {
		before := len(sorted)
		for _, id := range p.order {
			if slices.Contains(sorted, id) {
				continue
			}
			refs, _ := p.expressions[id].Refs()
			ready := true
			for _, ref := range refs {
				isMetric := slices.ContainsFunc(p.sources, func(q source) bool { return q.id == ref })
				if !isMetric && p.expressions[ref] == nil {
					return fmt.Errorf("%s: there is no query with the Id %s", id, ref)
				}
				ready = ready && (isMetric || slices.Contains(sorted, ref))
			}
			if ready {
				sorted = append(sorted, id)
			}
		}
		if len(sorted) == before {
			return errCycle
		}
	}
	p.order = sorted
	return nil
}

// try evaluates the expressions once, without data: that the result is not one time
// series does not depend on it.
func (p *program) try() error {
	if len(p.order) == 0 {
		return nil
	}
	results := map[string]formula.Value{}
	for i := range p.sources {
		results[p.sources[i].id] = formula.Of(formula.Series{math.NaN()})
	}
	_, err := p.evaluate(results, 1)
	return err
}

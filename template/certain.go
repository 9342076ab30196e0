package template

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/dynamo/meter"
	"lullaby/gateway"
	"lullaby/internal/ellipsis"
	"lullaby/lambda"
	messages "lullaby/queue"
	"lullaby/watch"
)

// A Certainty is what is plain of a metric alarm before anything is measured. The zero
// Certainty: it depends on what is measured.
type Certainty struct {
	Always bool   // the alarm fires whatever happens, else never
	Why    string // in a few words; empty: neither
}

// judgeAlarms warns of the alarms of which it is plain that they can never fire, or
// always do: those on metrics that nothing here emits, and those with a threshold that
// the metric cannot pass.
func (l *loader) judgeAlarms() {
	for _, a := range l.t.Alarms {
		if a.Metric == nil {
			continue
		}
		m := a.Metric.Alarm()
		var property []string
		if sources := sourcesOf(&m); len(m.Metrics) == 0 {
			a.Certain, property = l.certain(&m, &sources[0])
		} else {
			a.Certain, property = l.certainMath(a, &m, sources)
		}
		if a.Certain.Why == "" {
			continue
		}
		what := "can never fire: "
		if a.Certain.Always {
			what = "always fires: "
		}
		l.warnOf(a.Pos(property...).Line, a.LogicalID, what+a.Certain.Why)
	}
}

// sourcesOf returns the metrics of an alarm, as metric math has them.
func sourcesOf(m *watch.MetricAlarm) []watch.MetricStat {
	if len(m.Metrics) == 0 {
		return []watch.MetricStat{{
			Metric: watch.QueryMetric{Namespace: m.Namespace, MetricName: m.MetricName, Dimensions: m.Dimensions}, Stat: m.Statistic + m.ExtendedStatistic, Unit: m.Unit,
		}}
	}
	var all []watch.MetricStat
	for _, q := range m.Metrics {
		if q.MetricStat != nil {
			all = append(all, *q.MetricStat)
		}
	}
	return all
}

// certain returns what is plain of an alarm on one metric, and the property that makes
// it so.
func (l *loader) certain(m *watch.MetricAlarm, of *watch.MetricStat) (Certainty, []string) {
	breaching := m.TreatMissingData == "breaching"
	e, why := l.emitted(of)
	switch {
	case why != "":
		return Certainty{Always: breaching, Why: why}, []string{"MetricName"}
	case e == nil:
		return Certainty{}, nil
	}
	least, most := 0.0, l.most(e, of)
	beyondLeast, beyondMost := m.Breaches(least), m.Breaches(most)
	falling := strings.HasPrefix(m.ComparisonOperator, "Less")
	switch {
	case falling && !beyondLeast && !breaching, !falling && beyondLeast:
		return Certainty{Always: !falling, Why: of.Stat + " is never below 0"}, []string{"Threshold"}
	case math.IsInf(most, 0):
	case !falling && !beyondMost && !breaching, falling && beyondMost:
		return Certainty{Always: falling, Why: fmt.Sprintf("%s is at most %v", of.Stat, most)}, []string{"Threshold"}
	}
	return Certainty{}, nil
}

// certainMath returns what is plain of an alarm on metric math of which no metric is
// emitted. If some are, it warns of the others.
func (l *loader) certainMath(a *Alarm, m *watch.MetricAlarm, sources []watch.MetricStat) (Certainty, []string) {
	reasons := make([]string, len(sources))
	for i := range sources {
		_, reasons[i] = l.emitted(&sources[i])
	}
	at := func(k int) []string { // the place of a metric
		for i, q := range m.Metrics {
			if q.MetricStat != nil {
				if k--; k < 0 {
					return []string{"Metrics", strconv.Itoa(i), "MetricStat", "Metric", "MetricName"}
				}
			}
		}
		return nil
	}
	if slices.Contains(reasons, "") {
		for k, why := range reasons {
			if why != "" {
				l.warnOf(a.Pos(at(k)...).Line, a.LogicalID, "has no data: "+why)
			}
		}
		return Certainty{}, nil
	}
	value, ok := withoutData(m)
	if !ok {
		return Certainty{}, nil
	}
	always := m.Breaches(value)
	if math.IsNaN(value) {
		always = m.TreatMissingData == "breaching"
	}
	return Certainty{Always: always, Why: reasons[0]}, at(0)
}

// withoutData returns the value of an alarm's metric math when no metric has data, NaN
// if it has none either.
func withoutData(m *watch.MetricAlarm) (value float64, ok bool) {
	program, err := watch.NewMath(m.Metrics)
	if err != nil {
		return 0, false
	}
	results := map[string][][]float64{}
	for _, id := range program.Metrics {
		results[id] = [][]float64{{math.NaN()}}
	}
	if program.Evaluate(results) != nil {
		return 0, false
	}
	for _, q := range m.Metrics {
		if r := results[q.Id]; q.Returned() && len(r) == 1 && len(r[0]) == 1 {
			return r[0][0], true
		}
	}
	return 0, false
}

// emitted returns the emission of a metric, nil if functions may emit it, or why
// nothing does.
func (l *loader) emitted(of *watch.MetricStat) (e *watch.Emission, why string) {
	m := &of.Metric
	if !strings.HasPrefix(m.Namespace, "AWS/") {
		return nil, ""
	}
	names := make([]string, len(m.Dimensions))
	for i, d := range m.Dimensions {
		names[i] = d.Name
	}
	slices.Sort(names)
	why = "nothing here emits " + m.Namespace + " " + m.MetricName
	for _, e := range emissions() {
		if e.Namespace != m.Namespace || e.Name != m.MetricName {
			continue
		}
		if slices.Equal(slices.Sorted(slices.Values(e.Dimensions)), names) {
			if of.Unit != "" && of.Unit != e.Unit {
				return nil, fmt.Sprintf("%s is in %s, not %s", e.Name, e.Unit, of.Unit)
			}
			if why := l.unknownValue(m.Dimensions); why != "" || !strings.HasPrefix(e.Name, "Url") {
				return &e, why
			}
			return &e, l.withoutURL(of)
		}
		why = "no " + e.Name + " has dimensions " + dimensionsInText(names)
		if len(names) == 0 {
			why = "no " + e.Name + " is without dimensions"
		}
	}
	return nil, why
}

// dimensionsInText returns the names of dimensions, as many as fit into a warning.
func dimensionsInText(names []string) string {
	const most = 24 // characters
	if text := strings.Join(names, ", "); len(text) <= most {
		return text
	}
	return enumerate(names, most)
}

// withoutURL returns why a metric of function URLs is of none: the function has none.
func (l *loader) withoutURL(of *watch.MetricStat) string {
	name := valueOf(of, "FunctionName")
	if slices.ContainsFunc(l.t.URLs, func(u *FunctionURL) bool { return u.Function == name }) {
		return ""
	}
	return "the template has no function URL of " + ellipsis.Cut(name, maxNameInText)
}

// emissions returns the metrics of all services here.
func emissions() []watch.Emission {
	return slices.Concat(meter.Emissions(), lambda.Emissions(), gateway.Emissions(), messages.Emissions())
}

// unknownValue returns why the value of a dimension is one that no metric has: the
// template has nothing of that name.
func (l *loader) unknownValue(dimensions []watch.Dimension) string {
	of := func(name string) string {
		i := slices.IndexFunc(dimensions, func(d watch.Dimension) bool { return d.Name == name })
		if i < 0 {
			return ""
		}
		return dimensions[i].Value
	}
	missing := func(kind, name string, there bool) string {
		if name == "" || there {
			return ""
		}
		return "the template has no " + kind + " " + ellipsis.Cut(name, maxNameInText)
	}
	table, index := l.tableNamed(of("TableName")), of("GlobalSecondaryIndexName")
	why := missing("table", of("TableName"), table != nil)
	if why == "" && table != nil {
		why = missing("index", index, slices.ContainsFunc(table.GlobalSecondaryIndexes, func(ix Index) bool { return ix.Name == index }))
	}
	api, id, stage := of("ApiName"), of("ApiId"), of("Stage")
	for _, found := range []string{
		why, missing("function", of("FunctionName"), l.functionNamed(of("FunctionName")) != nil), missing("queue", of("QueueName"), l.queueNamed(of("QueueName")) != nil),
		missing("API", api, slices.ContainsFunc(l.t.APIs, func(a *API) bool { return a.Name == api })),
		missing("HTTP API", id, slices.ContainsFunc(l.t.HTTPAPIs, func(a *HTTPAPI) bool { return a.ID == id })),
		missing("stage", stage, slices.ContainsFunc(l.t.APIs, func(a *API) bool { return a.Name == api && a.Stage == stage }) ||
			slices.ContainsFunc(l.t.HTTPAPIs, func(a *HTTPAPI) bool { return a.ID == id && a.Stage == stage })),
	} {
		if found != "" {
			return found
		}
	}
	return ""
}

// maxNameInText is how much of a name a warning has, in characters.
const maxNameInText = 16

// late is how much later than its time is up an invocation ends at most.
const late = time.Second

// most returns what a statistic of an emission cannot exceed, infinity if that is not
// plain. An invocation ends when the function's time, or the route's, is up, a message when its
// retention is.
func (l *loader) most(e *watch.Emission, of *watch.MetricStat) float64 {
	statistic, err := watch.ParseStatistic(of.Stat)
	switch {
	case err != nil || statistic.Kind() == watch.ResultTotal:
		return math.Inf(1)
	case statistic.Kind() == watch.ResultPercent:
		return 100
	case e.Most > 0:
		return e.Most
	case len(of.Metric.Dimensions) == 0:
		return math.Inf(1)
	}
	milliseconds := func(d time.Duration) float64 { return float64((d + late).Milliseconds()) }
	f, q := l.functionNamed(valueOf(of, "FunctionName")), l.queueNamed(valueOf(of, "QueueName"))
	switch {
	case e.Name == "Duration" && f != nil:
		return milliseconds(f.Timeout)
	case e.Name == "ConcurrentExecutions" && f != nil && f.ReservedConcurrency != nil:
		return float64(*f.ReservedConcurrency)
	case e.Name == "ApproximateAgeOfOldestMessage" && q != nil:
		if s, err := q.CreateQueue().Settings(); err == nil {
			return s.Retention.Seconds()
		}
	case e.Name == "IntegrationLatency":
		return milliseconds(l.longest(of))
	}
	return math.Inf(1)
}

// longest returns the longest timeout of the routes of an API that a metric is of.
func (l *loader) longest(of *watch.MetricStat) (longest time.Duration) {
	var routes []*Route
	for _, a := range l.t.APIs {
		if a.Name == valueOf(of, "ApiName") {
			routes = append(routes, a.Routes...)
			for _, f := range a.Forwards {
				longest = max(longest, f.Timeout)
			}
		}
	}
	for _, a := range l.t.HTTPAPIs {
		if a.ID == valueOf(of, "ApiId") {
			routes = append(routes, a.Routes...)
		}
	}
	for _, r := range routes {
		longest = max(longest, r.Timeout)
	}
	return longest
}

func valueOf(of *watch.MetricStat, dimension string) string {
	for _, d := range of.Metric.Dimensions {
		if d.Name == dimension {
			return d.Value
		}
	}
	return ""
}

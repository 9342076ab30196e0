package store

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/watch"
)

// labels make the labels of the results of GetMetricData
// (docs/aws/cloudwatch.md#labels).
type labels struct {
	now     instant.Instant
	zone    *time.Location
	scope   arn.Scope
	queries []watch.MetricDataQuery
}

// label gives results the labels of their queries.
func (l *labels) label(results []MetricDataResult) {
	names := map[string]int{}
	for i := range l.queries {
		if s := l.queries[i].MetricStat; s != nil && l.queries[i].Label == "" {
			names[s.Metric.MetricName]++
		}
	}
	for i := range results {
		r := &results[i]
		q := &l.queries[slices.IndexFunc(l.queries, func(q watch.MetricDataQuery) bool { return q.Id == r.Id })]
		r.Label = usual(q, names)
		if q.Label != "" {
			r.Label = l.expand(q, r.Label, r)
		}
	}
}

// usual returns the label of a query that names none: the name of the metric, with
// dimensions and statistic where names are alike.
func usual(q *watch.MetricDataQuery, names map[string]int) string {
	s := q.MetricStat
	switch {
	case s == nil:
		return q.Id
	case names[s.Metric.MetricName] <= 1:
		return s.Metric.MetricName
	}
	words := make([]string, 0, len(s.Metric.Dimensions)+2)
	for _, d := range s.Metric.Dimensions {
		words = append(words, d.Value)
	}
	return strings.Join(append(words, s.Metric.MetricName, s.Stat), " ")
}

// expand returns the label of a query with its dynamic values, such as ${MAX}. One
// that is not known stays as it is.
func (l *labels) expand(q *watch.MetricDataQuery, usual string, r *MetricDataResult) string {
	var b strings.Builder
	rest := q.Label
	for {
		before, after, found := strings.Cut(rest, "${")
		name, behind, closed := strings.Cut(after, "}")
		b.WriteString(before)
		if !found || !closed {
			b.WriteString(rest[len(before):])
			return b.String()
		}
		if text, known := l.value(name, q, usual, r); known {
			b.WriteString(text)
		} else {
			b.WriteString("${" + name + "}")
		}
		rest = behind
	}
}

// value returns the text of a dynamic value.
func (l *labels) value(name string, q *watch.MetricDataQuery, usual string, r *MetricDataResult) (text string, known bool) {
	if name == "LABEL" {
		return usual, true
	}
	if property, ok := strings.CutPrefix(name, "PROP('"); ok {
		property, ok = strings.CutSuffix(property, "')")
		if !ok {
			return "", false
		}
		return l.property(property, q)
	}
	of, known := dynamic[name]
	if !known || len(r.Values) == 0 {
		return "", known
	}
	return of(l, summarize(r)), true
}

// property returns the text of a property of the metric; an expression has none.
func (l *labels) property(name string, q *watch.MetricDataQuery) (text string, known bool) {
	var s watch.MetricStat
	if q.MetricStat != nil {
		s = *q.MetricStat
	}
	switch name {
	case "AccountId":
		return l.scope.Account, true
	case "Region":
		return l.scope.Region, true
	case "MetricName":
		return s.Metric.MetricName, true
	case "Namespace":
		return s.Metric.Namespace, true
	case "Stat":
		return s.Stat, true
	case "Period":
		if q.MetricStat == nil {
			return "", true
		}
		return strconv.Itoa(s.Period), true
	}
	dimension, ok := strings.CutPrefix(name, "Dim.")
	for _, d := range s.Metric.Dimensions {
		if ok && d.Name == dimension {
			return d.Value, true
		}
	}
	return "", ok
}

// A point is a value with its instant.
type point struct {
	at    instant.Instant
	value float64
}

// A summary is what dynamic values tell of the points of a result, of which there is
// one at least.
type summary struct {
	n, sum                float64
	first, last, low, top point
}

func summarize(r *MetricDataResult) *summary {
	var s summary
	for i, v := range r.Values {
		p := point{r.Timestamps[i], v}
		if i == 0 {
			s.first, s.last, s.low, s.top = p, p, p, p
		}
		s.n++
		s.sum += v
		if p.at < s.first.at {
			s.first = p
		}
		if p.at > s.last.at {
			s.last = p
		}
		if v < s.low.value {
			s.low = p
		}
		if v > s.top.value {
			s.top = p
		}
	}
	return &s
}

// dynamic are the values that tell of points. Assumed: the forms of numbers, instants
// and times.
var dynamic = map[string]func(l *labels, s *summary) string{
	"AVG":                   func(_ *labels, s *summary) string { return decimal(s.sum / s.n) },
	"DATAPOINT_COUNT":       func(_ *labels, s *summary) string { return decimal(s.n) },
	"SUM":                   func(_ *labels, s *summary) string { return decimal(s.sum) },
	"FIRST":                 func(_ *labels, s *summary) string { return decimal(s.first.value) },
	"FIRST_TIME":            func(l *labels, s *summary) string { return l.at(s.first) },
	"FIRST_TIME_RELATIVE":   func(l *labels, s *summary) string { return l.ago(s.first) },
	"FIRST_LAST_RANGE":      func(_ *labels, s *summary) string { return decimal(s.last.value - s.first.value) },
	"FIRST_LAST_TIME_RANGE": func(_ *labels, s *summary) string { return s.last.at.Sub(s.first.at).String() },
	"LAST":                  func(_ *labels, s *summary) string { return decimal(s.last.value) },
	"LAST_TIME":             func(l *labels, s *summary) string { return l.at(s.last) },
	"LAST_TIME_RELATIVE":    func(l *labels, s *summary) string { return l.ago(s.last) },
	"MAX":                   func(_ *labels, s *summary) string { return decimal(s.top.value) },
	"MAX_TIME":              func(l *labels, s *summary) string { return l.at(s.top) },
	"MAX_TIME_RELATIVE":     func(l *labels, s *summary) string { return l.ago(s.top) },
	"MIN":                   func(_ *labels, s *summary) string { return decimal(s.low.value) },
	"MIN_TIME":              func(l *labels, s *summary) string { return l.at(s.low) },
	"MIN_TIME_RELATIVE":     func(l *labels, s *summary) string { return l.ago(s.low) },
	"MIN_MAX_RANGE":         func(_ *labels, s *summary) string { return decimal(s.top.value - s.low.value) },
	"MIN_MAX_TIME_RANGE":    func(_ *labels, s *summary) string { return s.top.at.Sub(s.low.at).Abs().String() },
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (l *labels) at(p point) string { return p.at.Time().In(l.zone).Format(time.RFC3339) }

func (l *labels) ago(p point) string {
	return l.now.Truncate(time.Second).Sub(p.at).Abs().String()
}

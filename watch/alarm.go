package watch

import (
	"slices"
	"strings"
	"time"

	"lullaby/instant"
)

// A StateValue is the state of an alarm, in AWS's word.
type StateValue string

// The states.
const (
	StateOK               StateValue = "OK"
	StateAlarm            StateValue = "ALARM"
	StateInsufficientData StateValue = "INSUFFICIENT_DATA"
)

// Actions are what an alarm does when it changes into a state: the ARNs of topics,
// functions and scaling policies.
type Actions struct {
	ActionsEnabled          bool
	OKActions               []string
	AlarmActions            []string
	InsufficientDataActions []string
}

// Of returns the actions of a state, none if actions are disabled.
func (a *Actions) Of(state StateValue) []string {
	switch {
	case !a.ActionsEnabled:
		return nil
	case state == StateOK:
		return a.OKActions
	case state == StateAlarm:
		return a.AlarmActions
	}
	return a.InsufficientDataActions
}

// A MetricStat is a statistic of a metric, as a query of metric math has it.
type MetricStat struct {
	Metric QueryMetric
	Period int // in seconds
	Stat   string
	Unit   Unit `json:",omitzero"`
}

// A QueryMetric is a metric with its dimensions, without a unit.
type QueryMetric struct {
	Namespace, MetricName string
	Dimensions            []Dimension
}

// A MetricDataQuery is a statistic of a metric, or an expression on others.
type MetricDataQuery struct {
	Id         string
	MetricStat *MetricStat `json:",omitzero"`
	Expression string      `json:",omitzero"`
	Label      string      `json:",omitzero"`
	ReturnData *bool       `json:",omitzero"` // nil: true
	Period     int         `json:",omitzero"` // of an expression without metrics
	AccountId  string      `json:",omitzero"`
}

// Returned reports whether the result of the query is wanted.
func (q *MetricDataQuery) Returned() bool { return q.ReturnData == nil || *q.ReturnData }

// A MetricAlarm is the settings of an alarm on a metric or on metric math. Its
// members have AWS's names (API Reference, PutMetricAlarm).
type MetricAlarm struct {
	AlarmName        string
	AlarmDescription string `json:",omitzero"`
	Actions

	// Either a statistic of a metric, or Metrics.
	Namespace, MetricName string      `json:",omitzero"`
	Statistic             string      `json:",omitzero"` // or
	ExtendedStatistic     string      `json:",omitzero"`
	Dimensions            []Dimension `json:",omitzero"`
	Period                int         `json:",omitzero"` // in seconds
	Unit                  Unit        `json:",omitzero"`

	Metrics []MetricDataQuery `json:",omitzero"`

	EvaluationPeriods                int
	DatapointsToAlarm                int `json:",omitzero"` // 0: EvaluationPeriods
	Threshold                        float64
	ComparisonOperator               string
	TreatMissingData                 string `json:",omitzero"`
	EvaluateLowSampleCountPercentile string `json:",omitzero"`
}

// A CompositeAlarm is the settings of an alarm on the states of others.
type CompositeAlarm struct {
	AlarmName        string
	AlarmDescription string `json:",omitzero"`
	Actions
	AlarmRule string
}

// An AlarmState is the state of an alarm, and how it came to be. At the zero instant
// it has no alarm.
type AlarmState struct {
	Value        StateValue
	Reason       string
	ReasonData   string          // JSON; empty before the first evaluation
	Updated      instant.Instant // when the state was last set, if to the same
	Transitioned instant.Instant // when the value last changed
}

// Ways to treat missing data.
const (
	treatMissing      = "missing"
	treatIgnore       = "ignore"
	treatBreaching    = "breaching"
	treatNotBreaching = "notBreaching"
)

// dynamoDB is the namespace whose alarms ignore missing data.
const dynamoDB = "AWS/DynamoDB"

// treatment returns how the alarm treats missing data. One on a metric of DynamoDB's
// ignores it unless it says otherwise, and strictly even then
// (docs/aws/cloudwatch.md#missing-data-of-dynamodb).
func (m *MetricAlarm) treatment(strict bool) string {
	of := m.TreatMissingData
	if of == "" {
		of = treatMissing
	}
	if m.On(dynamoDB) && (of == treatMissing || strict) {
		return treatIgnore
	}
	return of
}

// On reports whether a metric of the alarm is of a namespace.
func (m *MetricAlarm) On(namespace string) bool {
	return m.Namespace == namespace || slices.ContainsFunc(m.Metrics, func(q MetricDataQuery) bool {
		return q.MetricStat != nil && q.MetricStat.Metric.Namespace == namespace
	})
}

// needed returns M of M of N.
func (m *MetricAlarm) needed() int {
	if m.DatapointsToAlarm > 0 {
		return m.DatapointsToAlarm
	}
	return m.EvaluationPeriods
}

// wider is how many points more than its evaluation periods an alarm asks for. AWS's
// example has two for three periods; Assumed: so have all
// (docs/aws/cloudwatch.md#evaluation-range).
const wider = 2

// comparisons are the operators of a threshold, with AWS's words for them.
var comparisons = map[string]struct {
	holds func(value, threshold float64) bool
	words string
}{
	"GreaterThanThreshold":          {func(v, t float64) bool { return v > t }, "greater than"},
	"GreaterThanOrEqualToThreshold": {func(v, t float64) bool { return v >= t }, "greater than or equal to"},
	"LessThanThreshold":             {func(v, t float64) bool { return v < t }, "less than"},
	"LessThanOrEqualToThreshold":    {func(v, t float64) bool { return v <= t }, "less than or equal to"},
}

// Breaches reports whether a value is beyond the threshold.
func (m *MetricAlarm) Breaches(value float64) bool {
	return comparisons[m.ComparisonOperator].holds(value, m.Threshold)
}

// Window returns how long before an evaluation the alarm's data reaches.
func (m *MetricAlarm) Window() time.Duration {
	return time.Duration(m.EvaluationPeriods+wider) * time.Duration(m.Seconds()) * time.Second
}

// Seconds returns the period, of metric math that of its metrics.
func (m *MetricAlarm) Seconds() int {
	for i := range m.Metrics {
		if stat := m.Metrics[i].MetricStat; stat != nil {
			return stat.Period
		}
	}
	return m.Period
}

// scaling begins the ARNs of scaling policies.
func scaling(action string) bool {
	return strings.HasPrefix(action, "arn:") && strings.Contains(action, ":autoscaling:")
}

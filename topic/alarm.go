package topic

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/watch"
)

// A Notice is what CloudWatch publishes when an alarm changes its state, to topics that
// are its actions (docs/aws/sns.md#alarms).
type Notice struct {
	Subject string
	JSON    string // for everybody but people
	Mail    string
}

// Message returns the notice as Publish takes it, with the structure json.
func (n *Notice) Message() string {
	return string(encode(struct {
		Default string `json:"default"`
		Email   string `json:"email"`
	}{n.JSON, n.Mail}))
}

// OfAlarm returns the notice of an event of an alarm, as it is described.
func OfAlarm(scope arn.Scope, e watch.Event, d watch.Description) *Notice {
	scope = scope.WithDefaults()
	region := RegionName(scope.Region)
	return &Notice{
		Subject: subject(string(e.New.Value) + `: "` + e.Alarm + `" in ` + region),
		JSON:    string(encode(noticeOf(scope, region, &e, &d))),
		Mail:    mail(scope, region, &e, &d),
	}
}

// subject makes a subject of a text: it has fewer than 100 characters, of ASCII.
func subject(text string) string {
	text = strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, text)
	return text[:min(99, len(text))]
}

// encode returns v as JSON, as AWS writes it: without escapes for HTML.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil // what is encoded here has a JSON form
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// An alarmNotice is the JSON of a notice. Its members are in AWS's order.
type alarmNotice struct {
	AlarmName                          string
	AlarmDescription                   *string
	AWSAccountId                       string
	AlarmConfigurationUpdatedTimestamp string
	NewStateValue                      watch.StateValue
	NewStateReason                     string
	StateChangeTime                    string
	Region                             string
	AlarmArn                           string
	OldStateValue                      watch.StateValue
	OKActions                          []string
	AlarmActions                       []string
	InsufficientDataActions            []string
	AlarmRule                          string            `json:",omitempty"`
	TriggeringChildren                 []triggeringChild `json:",omitempty"`
	Trigger                            any               `json:",omitempty"`
}

type triggeringChild struct {
	Arn   string
	State struct{ Value, Timestamp string }
}

// A dimension has members in lower case here alone.
type dimension struct {
	Value string `json:"value"`
	Name  string `json:"name"`
}

// A metricTrigger is the member Trigger of an alarm on a statistic.
type metricTrigger struct {
	MetricName        string
	Namespace         string
	StatisticType     string
	Statistic         string `json:",omitempty"`
	ExtendedStatistic string `json:",omitempty"`
	Unit              *watch.Unit
	Dimensions        []dimension
	conditions
}

// A mathTrigger is the member Trigger of an alarm on metric math.
type mathTrigger struct {
	conditions
	Metrics []triggerQuery
}

type conditions struct {
	Period                           int
	EvaluationPeriods                int
	DatapointsToAlarm                int `json:",omitempty"`
	ComparisonOperator               string
	Threshold                        javaFloat
	TreatMissingData                 string
	EvaluateLowSampleCountPercentile string
}

type triggerQuery struct {
	Expression string `json:",omitempty"`
	Id         string
	Label      string       `json:",omitempty"`
	MetricStat *triggerStat `json:",omitempty"`
	ReturnData bool
}

type triggerStat struct {
	Metric triggerMetric
	Period int
	Stat   string
	Unit   watch.Unit `json:",omitempty"`
}

type triggerMetric struct {
	Dimensions []dimension
	MetricName string
	Namespace  string
}

// A javaFloat is written with a point.
type javaFloat float64

// MarshalJSON implements json.Marshaler.
func (f javaFloat) MarshalJSON() ([]byte, error) { return []byte(number(float64(f))), nil }

// number writes a threshold as AWS does.
func number(f float64) string {
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

func noticeOf(scope arn.Scope, region string, e *watch.Event, d *watch.Description) *alarmNotice {
	n := &alarmNotice{
		AlarmName: e.Alarm, AWSAccountId: scope.Account, AlarmConfigurationUpdatedTimestamp: offset(d.Configured),
		NewStateValue: e.New.Value, NewStateReason: e.New.Reason, StateChangeTime: offset(e.New.Updated), Region: region,
		AlarmArn: d.ARN, OldStateValue: e.Old.Value,
	}
	var actions *watch.Actions
	description := ""
	if m := d.Metric; m != nil {
		actions, description, n.Trigger = &m.Actions, m.AlarmDescription, trigger(m)
	} else if c := d.Composite; c != nil {
		actions, description, n.AlarmRule = &c.Actions, c.AlarmDescription, c.AlarmRule
		n.TriggeringChildren = children(e.New.ReasonData)
	}
	if description != "" {
		n.AlarmDescription = &description
	}
	if actions != nil {
		n.OKActions, n.AlarmActions, n.InsufficientDataActions = listed(actions.OKActions), listed(actions.AlarmActions), listed(actions.InsufficientDataActions)
	}
	return n
}

// listed returns a list that is never null.
func listed(all []string) []string { return append([]string{}, all...) }

// offset writes an instant as the notices of alarms have it.
func offset(at instant.Instant) string {
	return at.Time().UTC().Format("2006-01-02T15:04:05.000-0700")
}

// children returns the alarms that have made a composite one ring.
func children(reasonData string) []triggeringChild {
	var data struct {
		All []struct {
			ARN   string `json:"arn"`
			State struct {
				Value     string `json:"value"`
				Timestamp string `json:"timestamp"`
			} `json:"state"`
		} `json:"triggeringAlarms"`
	}
	if json.Unmarshal([]byte(reasonData), &data) != nil {
		return nil
	}
	all := make([]triggeringChild, len(data.All))
	for i, c := range data.All {
		all[i].Arn, all[i].State.Value, all[i].State.Timestamp = c.ARN, c.State.Value, c.State.Timestamp
	}
	return all
}

// statistics are the words of notices for statistics.
var statistics = map[string]string{
	"Average": "AVERAGE", "Sum": "SUM", "Minimum": "MINIMUM", "Maximum": "MAXIMUM", "SampleCount": "SAMPLE_COUNT",
}

func trigger(m *watch.MetricAlarm) any {
	c := conditions{
		Period: m.Seconds(), EvaluationPeriods: m.EvaluationPeriods, DatapointsToAlarm: m.DatapointsToAlarm,
		ComparisonOperator: m.ComparisonOperator, Threshold: javaFloat(m.Threshold), TreatMissingData: m.TreatMissingData,
		EvaluateLowSampleCountPercentile: m.EvaluateLowSampleCountPercentile,
	}
	if len(m.Metrics) > 0 {
		t := &mathTrigger{conditions: c}
		for i := range m.Metrics {
			t.Metrics = append(t.Metrics, query(&m.Metrics[i]))
		}
		return t
	}
	t := &metricTrigger{
		MetricName: m.MetricName, Namespace: m.Namespace, StatisticType: "Statistic", Statistic: statistics[m.Statistic],
		Dimensions: dimensions(m.Dimensions), conditions: c,
	}
	if m.ExtendedStatistic != "" {
		t.StatisticType, t.ExtendedStatistic = "ExtendedStatistic", m.ExtendedStatistic
	}
	if m.Unit != "" {
		t.Unit = &m.Unit
	}
	return t
}

func query(q *watch.MetricDataQuery) triggerQuery {
	of := triggerQuery{Expression: q.Expression, Id: q.Id, Label: q.Label, ReturnData: q.Returned()}
	if s := q.MetricStat; s != nil {
		of.MetricStat = &triggerStat{
			Metric: triggerMetric{dimensions(s.Metric.Dimensions), s.Metric.MetricName, s.Metric.Namespace},
			Period: s.Period, Stat: s.Stat, Unit: s.Unit,
		}
	}
	return of
}

func dimensions(all []watch.Dimension) []dimension {
	of := make([]dimension, len(all))
	for i, d := range all {
		of[i] = dimension{d.Value, d.Name}
	}
	return of
}

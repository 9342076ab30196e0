package store

import (
	"encoding/json"

	"lullaby/instant"
	"lullaby/internal/uuid"
	"lullaby/watch"
)

// A notice is what a function gets of an alarm (docs/aws/cloudwatch.md#functions).
type notice struct {
	Source    string      `json:"source"`
	AlarmARN  string      `json:"alarmArn"`
	AccountID string      `json:"accountId"`
	Time      string      `json:"time"`
	Region    string      `json:"region"`
	AlarmData noticeAlarm `json:"alarmData"`
}

type noticeAlarm struct {
	AlarmName     string              `json:"alarmName"`
	State         noticeState         `json:"state"`
	PreviousState noticeState         `json:"previousState"`
	Configuration noticeConfiguration `json:"configuration"`
}

type noticeState struct {
	Value      watch.StateValue `json:"value"`
	Reason     string           `json:"reason"`
	ReasonData string           `json:"reasonData,omitempty"`
	Timestamp  string           `json:"timestamp"`
}

type noticeConfiguration struct {
	AlarmRule   string         `json:"alarmRule,omitempty"` // or metrics
	Description string         `json:"description,omitempty"`
	Metrics     []noticeMetric `json:"metrics,omitempty"`
}

type noticeMetric struct {
	ID         string      `json:"id"`
	MetricStat *noticeStat `json:"metricStat,omitempty"` // or
	Expression string      `json:"expression,omitempty"`
	Label      string      `json:"label,omitempty"`
	ReturnData bool        `json:"returnData"`
}

type noticeStat struct {
	Metric struct {
		Namespace  string            `json:"namespace"`
		Name       string            `json:"name"`
		Dimensions map[string]string `json:"dimensions"`
	} `json:"metric"`
	Period int        `json:"period"`
	Stat   string     `json:"stat"`
	Unit   watch.Unit `json:"unit,omitempty"`
}

// Notice returns what a function is invoked with when an alarm changes its state. The
// error is that of encoding, which no event has.
func (s *Store) Notice(e watch.Event, d watch.Description) ([]byte, error) {
	n := notice{
		Source: "aws.cloudwatch", AlarmARN: s.alarms.ARN(e.Alarm), AccountID: s.opts.Scope.Account, Time: noticeTime(e.At), Region: s.opts.Scope.Region,
		AlarmData: noticeAlarm{AlarmName: e.Alarm, State: noticeStateOf(&e.New), PreviousState: noticeStateOf(&e.Old)},
	}
	to := &n.AlarmData.Configuration
	switch {
	case d.Composite != nil:
		to.AlarmRule, to.Description = d.Composite.AlarmRule, d.Composite.AlarmDescription
	case d.Metric != nil:
		to.Description, to.Metrics = d.Metric.AlarmDescription, noticeMetrics(d.Metric)
	}
	return json.Marshal(n)
}

func noticeStateOf(s *watch.AlarmState) noticeState {
	return noticeState{s.Value, s.Reason, s.ReasonData, noticeTime(s.Updated)}
}

func noticeTime(at instant.Instant) string { return at.Time().Format("2006-01-02T15:04:05.000-0700") }

func noticeMetrics(m *watch.MetricAlarm) []noticeMetric {
	if len(m.Metrics) == 0 {
		stat := m.Statistic
		if stat == "" {
			stat = m.ExtendedStatistic
		}
		return []noticeMetric{{
			ID: uuid.New(), ReturnData: true,
			MetricStat: noticeStatOf(m.Namespace, m.MetricName, m.Dimensions, m.Period, stat, m.Unit),
		}}
	}
	all := make([]noticeMetric, len(m.Metrics))
	for i := range m.Metrics {
		q := &m.Metrics[i]
		all[i] = noticeMetric{ID: q.Id, Expression: q.Expression, Label: q.Label, ReturnData: q.Returned()}
		if of := q.MetricStat; of != nil {
			all[i].MetricStat = noticeStatOf(of.Metric.Namespace, of.Metric.MetricName, of.Metric.Dimensions, of.Period, of.Stat, of.Unit)
		}
	}
	return all
}

func noticeStatOf(namespace, name string, dimensions []watch.Dimension, period int, stat string, unit watch.Unit) *noticeStat {
	n := &noticeStat{Period: period, Stat: stat, Unit: unit}
	n.Metric.Namespace, n.Metric.Name, n.Metric.Dimensions = namespace, name, map[string]string{}
	for _, d := range dimensions {
		n.Metric.Dimensions[d.Name] = d.Value
	}
	return n
}

package topic_test

import (
	"strings"
	"testing"
	"time"

	"lullaby/internal/arn"
	"lullaby/internal/scripttest"
	"lullaby/topic"
	"lullaby/watch"
)

// What alarms publish: on a statistic, on metric math, and composite ones. The texts are
// in testdata/alarms, for -update to write.
func TestAlarms(t *testing.T) {
	event := watch.Event{
		At: begin, Alarm: "high", Changed: true,
		Old: watch.AlarmState{Value: watch.StateOK},
		New: watch.AlarmState{
			Value: watch.StateAlarm, Updated: begin,
			Reason: "Threshold Crossed: 1 out of the last 1 datapoints [6.04 (15/08/18 21:15:00)] was less than or equal to the threshold (70.0) (minimum 1 datapoint for OK -> ALARM transition).",
		},
	}
	actions := watch.Actions{ActionsEnabled: true, AlarmActions: []string{"arn:aws:sns:us-east-1:123456789012:night"}}
	metric := watch.QueryMetric{Namespace: "App", MetricName: "m", Dimensions: []watch.Dimension{{Name: "Colour", Value: "red"}}}
	composite := event
	composite.New.Reason = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a transitioned to ALARM at Thursday 01 January, 2026 00:00:00 UTC"
	composite.New.ReasonData = `{"triggeringAlarms":[{"arn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a","state":{"value":"ALARM","timestamp":"2026-01-01T00:00:00.000+0000"}}]}`
	for name, tt := range map[string]struct {
		event watch.Event
		watch.Description
	}{
		"metric": {event, watch.Description{Metric: &watch.MetricAlarm{
			AlarmDescription: "a <b> & \"c\"", Actions: actions, Namespace: "App", MetricName: "m", Statistic: "Average", Dimensions: metric.Dimensions,
			Period: 60, EvaluationPeriods: 1, Threshold: 70, ComparisonOperator: "LessThanOrEqualToThreshold", Unit: watch.Count, TreatMissingData: "breaching",
		}}},
		"percentile": {event, watch.Description{Metric: &watch.MetricAlarm{
			Actions: actions, Namespace: "App", MetricName: "m", ExtendedStatistic: "p99", Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2,
			Threshold: 0.25, ComparisonOperator: "GreaterThanThreshold", EvaluateLowSampleCountPercentile: "ignore",
		}}},
		"math": {event, watch.Description{Metric: &watch.MetricAlarm{
			Actions: actions, EvaluationPeriods: 1, Threshold: 1e6, ComparisonOperator: "GreaterThanThreshold",
			Metrics: []watch.MetricDataQuery{
				{Id: "e1", Expression: "m1*2", Label: "twice"},
				{Id: "m1", MetricStat: &watch.MetricStat{Metric: metric, Period: 60, Stat: "Sum"}, ReturnData: new(false)},
			},
		}}},
		"composite": {composite, watch.Description{Composite: &watch.CompositeAlarm{
			Actions: actions, AlarmRule: "ALARM(a) OR ALARM(b)",
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := tt.Description
			d.Name, d.ARN, d.Configured = "high", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high", begin.Add(-time.Hour)
			n := topic.OfAlarm(arn.Scope{}, tt.event, d)
			scripttest.Golden(t, "testdata/alarms/"+name, n.Subject+"\n\n"+n.JSON+"\n\n"+n.Mail)
		})
	}
}

// A subject has fewer than 100 characters of ASCII.
func TestSubjectOfALongName(t *testing.T) {
	e := watch.Event{Alarm: "für " + strings.Repeat("x", 200), New: watch.AlarmState{Value: watch.StateAlarm}}
	if n := topic.OfAlarm(arn.Scope{}, e, watch.Description{}); len(n.Subject) != 99 || !strings.HasPrefix(n.Subject, `ALARM: "f?r xxx`) {
		t.Errorf("subject %q", n.Subject)
	}
}

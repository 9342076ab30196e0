package stack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/request"
)

const alarmsTemplate = `
Resources:
  Writes: {Type: AWS::SQS::Queue, Properties: {QueueName: writes}}
  Board: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardName: night, DashboardBody: "{}"}}
  Any: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmName: any, AlarmRule: !Sub "ALARM(${Age}) OR ALARM(${Parked})"}}
  Age:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: age
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{Name: QueueName, Value: !GetAtt Writes.QueueName}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 300
      TreatMissingData: ignore
      ComparisonOperator: GreaterThanThreshold
  Parked:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmName: parked, Namespace: AWS/SQS, MetricName: Lost, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: GreaterThanThreshold}
`

// The alarms and dashboards of a template are there when a stack has started, with a
// word of that which can never fire, and change when it does. Their states stay; an
// alarm that is no longer in it goes.
func TestAlarmsOfATemplate(t *testing.T) {
	dir := t.TempDir()
	s, said, err := startQueues(t, dir, alarmsTemplate)
	if err != nil {
		t.Fatal(err)
	}
	if want := "template.yaml:21: can never fire: nothing here emits AWS/SQS Lost (Parked)"; !strings.Contains(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	now := instant.Of(time.Now())
	alarms := func() (threshold, states string) {
		t.Helper()
		out, err := s.metrics.DescribeAlarms(t.Context(), now, &request.DescribeAlarmsInput{AlarmTypes: []string{"MetricAlarm", "CompositeAlarm"}})
		if err != nil {
			t.Fatal(err)
		}
		all := make([]string, 0, len(out.MetricAlarms)+len(out.CompositeAlarms))
		for _, a := range out.MetricAlarms {
			if a.AlarmName == "age" {
				threshold = fmt.Sprint(a.Threshold)
			}
			all = append(all, a.AlarmName+" "+string(a.StateValue))
		}
		for _, a := range out.CompositeAlarms {
			all = append(all, a.AlarmName+" "+string(a.StateValue))
		}
		return threshold, strings.Join(all, ", ")
	}
	if _, err := s.metrics.SetAlarmState(t.Context(), now, &request.SetAlarmStateInput{AlarmName: "age", StateValue: string(watch.StateAlarm), StateReason: "a test"}); err != nil {
		t.Fatal(err)
	}
	threshold, states := alarms()
	same(t, "threshold", threshold, "300")
	same(t, "states", states, "age ALARM, parked INSUFFICIENT_DATA, any ALARM")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	changed, _, _ := strings.Cut(strings.NewReplacer("Threshold: 300", "Threshold: 600", " OR ALARM(${Parked})", "").Replace(alarmsTemplate), "  Parked:")
	s, _, err = startQueues(t, dir, changed)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	threshold, states = alarms()
	same(t, "threshold", threshold, "600")
	same(t, "states", states, "age ALARM, any ALARM")
	board, err := s.metrics.GetDashboard(t.Context(), now, &request.DashboardInput{DashboardName: "night"})
	if err != nil || board.DashboardBody != "{}" {
		t.Errorf("dashboard %+v, %v", board, err)
	}
}

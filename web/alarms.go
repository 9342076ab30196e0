package web

import (
	"context"
	"fmt"
	"strings"

	scaling "lullaby/autoscale/request"
	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/request"
	"lullaby/watch/store"
)

// An Alarm is an alarm as the page shows it.
type Alarm struct {
	Name, State, Reason string
	Description         string
	Rule                string // when it is in alarm
	Since, Updated      int64  // when its state changed, and when it was last set
	Actions             []string
	Enabled             bool // its actions
}

func (s *Server) alarms(ctx context.Context, now instant.Instant, state *State) error {
	in := request.DescribeAlarmsInput{AlarmTypes: []string{"MetricAlarm", "CompositeAlarm"}}
	for {
		out, err := s.services.Metrics.DescribeAlarms(ctx, now, &in)
		if err != nil {
			return err
		}
		for i := range out.MetricAlarms {
			a := &out.MetricAlarms[i]
			state.Alarms = append(state.Alarms, alarmOf(a.AlarmName, a.AlarmDescription, ruleOf(&a.MetricAlarm), &a.Actions, &a.Described))
		}
		for i := range out.CompositeAlarms {
			a := &out.CompositeAlarms[i]
			state.Alarms = append(state.Alarms, alarmOf(a.AlarmName, a.AlarmDescription, a.AlarmRule, &a.Actions, &a.Described))
		}
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return nil
		}
	}
}

func alarmOf(name, description, rule string, actions *watch.Actions, d *store.Described) Alarm {
	return Alarm{
		Name: name, State: string(d.StateValue), Reason: d.StateReason, Description: description, Rule: rule,
		Since: millis(d.StateTransitionedTimestamp.Instant), Updated: millis(d.StateUpdatedTimestamp.Instant),
		Actions: actions.AlarmActions, Enabled: actions.ActionsEnabled,
	}
}

// comparisons are AWS's operators as people write them.
var comparisons = strings.NewReplacer(
	"GreaterThanOrEqualToThreshold", "≥", "GreaterThanThreshold", ">", "LessThanOrEqualToThreshold", "≤", "LessThanThreshold", "<",
)

// ruleOf says when a metric alarm is in alarm.
func ruleOf(a *watch.MetricAlarm) string {
	of := a.Statistic + a.ExtendedStatistic + " of " + a.MetricName
	if len(a.Dimensions) > 0 {
		values := make([]string, len(a.Dimensions))
		for i, d := range a.Dimensions {
			values[i] = d.Value
		}
		of += " for " + strings.Join(values, ", ")
	}
	period := a.Period
	for _, q := range a.Metrics {
		if q.Returned() {
			of = q.Expression
			if q.MetricStat != nil {
				of = q.MetricStat.Stat + " of " + q.MetricStat.Metric.MetricName
			}
			period = max(period, q.Period)
		}
		if q.MetricStat != nil {
			period = max(period, q.MetricStat.Period)
		}
	}
	needed := a.DatapointsToAlarm
	if needed == 0 {
		needed = a.EvaluationPeriods
	}
	return fmt.Sprintf("%s %s %v in %d of %d periods of %d s", of, comparisons.Replace(a.ComparisonOperator), a.Threshold,
		needed, a.EvaluationPeriods, period)
}

// An Activity is a scaling activity as the page shows it.
type Activity struct {
	Resource, Dimension, Status string
	Description, Cause, Message string
	Start, End                  float64 // seconds since 1970; End 0: it is under way
}

// shownActivities are how many activities a state has, the newest.
const shownActivities int32 = 20

func (s *Server) activities(ctx context.Context, now instant.Instant, state *State) error {
	if s.services.Scaling == nil {
		return nil
	}
	namespace, most := "dynamodb", shownActivities
	in := scaling.DescribeScalingActivitiesInput{}
	in.ServiceNamespace, in.MaxResults = &namespace, &most
	out, err := s.services.Scaling.DescribeScalingActivities(ctx, now, &in)
	if err != nil {
		return err
	}
	for _, a := range out.ScalingActivities {
		shown := Activity{
			Resource: a.ResourceId, Dimension: a.ScalableDimension, Status: string(a.StatusCode),
			Description: a.Description, Cause: a.Cause, Message: a.StatusMessage,
		}
		for to, from := range map[*float64]*scaling.Timestamp{&shown.Start: a.StartTime, &shown.End: a.EndTime} {
			if from != nil {
				*to = float64(*from)
			}
		}
		state.Activities = append(state.Activities, shown)
	}
	return nil
}

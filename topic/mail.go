package topic

import (
	"fmt"
	"strconv"
	"strings"

	"lullaby/internal/arn"
	"lullaby/watch"
)

// mail returns the notice of an alarm as people get it by email
// (docs/aws/sns.md#alarms).
func mail(scope arn.Scope, region string, e *watch.Event, d *watch.Description) string {
	at := e.New.Updated.Time().UTC().Format("Monday 02 January, 2006 15:04:05 UTC")
	var b strings.Builder
	fmt.Fprintf(&b, "You are receiving this email because your Amazon CloudWatch Alarm \"%s\" in the %s region has entered the %s state, because \"%s\" at \"%s\".\n\n",
		e.Alarm, region, e.New.Value, e.New.Reason, at)
	b.WriteString("Alarm Details:\n")
	line := func(name, value string) { fmt.Fprintf(&b, "- %-27s %s\n", name+":", value) }
	line("Name", e.Alarm)
	switch {
	case d.Metric != nil:
		line("Description", d.Metric.AlarmDescription)
	case d.Composite != nil:
		line("Description", d.Composite.AlarmDescription)
	}
	line("State Change", fmt.Sprintf("%s -> %s", e.Old.Value, e.New.Value))
	line("Reason for State Change", e.New.Reason)
	line("Timestamp", at)
	line("AWS Account", scope.Account)
	line("Alarm Arn", d.ARN)
	if m := d.Metric; m != nil {
		mailMetric(&b, line, m)
	} else if c := d.Composite; c != nil {
		b.WriteString("\nAlarm Rule:\n" + c.AlarmRule + "\n")
	}
	b.WriteString("\nState Change Actions:\n")
	if a := actionsOf(d); a != nil {
		line("OK", "["+strings.Join(a.OKActions, ", ")+"]")
		line("ALARM", "["+strings.Join(a.AlarmActions, ", ")+"]")
		line("INSUFFICIENT_DATA", "["+strings.Join(a.InsufficientDataActions, ", ")+"]")
	}
	return b.String()
}

func mailMetric(b *strings.Builder, line func(name, value string), m *watch.MetricAlarm) {
	needed := m.DatapointsToAlarm
	if needed == 0 {
		needed = m.EvaluationPeriods
	}
	fmt.Fprintf(b, "\nThreshold:\n- The alarm is in the ALARM state when the metric is %s %s for at least %d of the last %d period(s) of %d seconds.\n",
		m.ComparisonOperator, number(m.Threshold), needed, m.EvaluationPeriods, m.Seconds())
	if len(m.Metrics) > 0 {
		return
	}
	b.WriteString("\nMonitored Metric:\n")
	line("MetricNamespace", m.Namespace)
	line("MetricName", m.MetricName)
	all := make([]string, len(m.Dimensions))
	for i, d := range m.Dimensions {
		all[i] = "[" + d.Name + " = " + d.Value + "]"
	}
	line("Dimensions", strings.Join(all, " "))
	line("Period", strconv.Itoa(m.Period)+" seconds")
	line("Statistic", m.Statistic+m.ExtendedStatistic)
	unit := string(m.Unit)
	if unit == "" {
		unit = "not specified"
	}
	line("Unit", unit)
	line("TreatMissingData", m.TreatMissingData)
}

func actionsOf(d *watch.Description) *watch.Actions {
	switch {
	case d.Metric != nil:
		return &d.Metric.Actions
	case d.Composite != nil:
		return &d.Composite.Actions
	}
	return nil
}

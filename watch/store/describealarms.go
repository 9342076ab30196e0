package store

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// DescribeAlarmsOutput is the output of DescribeAlarms.
type DescribeAlarmsOutput struct {
	MetricAlarms    []MetricAlarm
	CompositeAlarms []CompositeAlarm
	NextToken       string `json:",omitzero"`
}

// A MetricAlarm is a metric alarm, by AWS's names.
type MetricAlarm struct {
	watch.MetricAlarm
	Described
}

// A CompositeAlarm is a composite alarm, by AWS's names.
type CompositeAlarm struct {
	watch.CompositeAlarm
	Described
}

// Described is what a description has of an alarm beside its settings.
type Described struct {
	AlarmArn                           string
	AlarmConfigurationUpdatedTimestamp request.Timestamp
	StateValue                         watch.StateValue
	StateReason                        string
	StateReasonData                    string `json:",omitzero"`
	StateUpdatedTimestamp              request.Timestamp
	StateTransitionedTimestamp         request.Timestamp
}

func describedOf(d *watch.Description) Described {
	at := func(at instant.Instant) request.Timestamp { return request.Timestamp{Instant: at} }
	return Described{
		d.ARN, at(d.Configured), d.State.Value, d.State.Reason, d.State.ReasonData, at(d.State.Updated), at(d.State.Transitioned),
	}
}

// DescribeAlarms performs the operation of that name. Without types it has metric
// alarms alone (docs/aws/cloudwatch.md#list-of-alarms).
func (s *Store) DescribeAlarms(_ context.Context, _ instant.Instant, in *request.DescribeAlarmsInput) (*DescribeAlarmsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	after, err := parseToken(in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &DescribeAlarmsOutput{}
	s.alarms.Lock()
	defer s.alarms.Unlock()
	related, relatives := s.relatives(in)
	last := ""
	for d := range s.alarms.All() {
		if d.Name <= after && after != "" || related && !slices.Contains(relatives, d.Name) || !wanted(in, &d, related) {
			continue
		}
		if len(out.MetricAlarms)+len(out.CompositeAlarms) == request.Records(in.MaxRecords) {
			out.NextToken = base64.URLEncoding.EncodeToString([]byte(last))
			break
		}
		last = d.Name
		if d.Metric != nil {
			out.MetricAlarms = append(out.MetricAlarms, MetricAlarm{*d.Metric, describedOf(&d)})
		} else {
			out.CompositeAlarms = append(out.CompositeAlarms, CompositeAlarm{*d.Composite, describedOf(&d)})
		}
	}
	return out, nil
}

// relatives returns the children or the parents that a request asks for.
func (s *Store) relatives(in *request.DescribeAlarmsInput) (asked bool, names []string) {
	switch {
	case in.ChildrenOfAlarmName != "":
		return true, s.alarms.Children(in.ChildrenOfAlarmName)
	case in.ParentsOfAlarmName != "":
		return true, s.alarms.Parents(in.ParentsOfAlarmName)
	}
	return false, nil
}

// parseToken returns what a token of ours stands for.
func parseToken(token string) (string, error) {
	text, err := base64.URLEncoding.DecodeString(token)
	if err != nil {
		return "", refusal.Newf(refusal.InvalidNextToken, "Invalid nextToken")
	}
	return string(text), nil
}

// wanted reports whether a request asks for an alarm. related: it asks for relatives,
// of either type.
func wanted(in *request.DescribeAlarmsInput, d *watch.Description, related bool) bool {
	kind := metricType
	if d.Composite != nil {
		kind = compositeType
	}
	types := in.AlarmTypes
	if len(types) == 0 && !related {
		types = []string{metricType}
	}
	return (related && len(types) == 0 || slices.Contains(types, kind)) &&
		(len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, d.Name)) &&
		strings.HasPrefix(d.Name, in.AlarmNamePrefix) &&
		(in.StateValue == "" || string(d.State.Value) == in.StateValue) &&
		(in.ActionPrefix == "" || acts(d, in.ActionPrefix))
}

// acts reports whether an alarm has an action that begins with a text.
func acts(d *watch.Description, prefix string) bool {
	var of *watch.Actions
	if d.Metric != nil {
		of = &d.Metric.Actions
	} else {
		of = &d.Composite.Actions
	}
	return slices.ContainsFunc(slices.Concat(of.OKActions, of.AlarmActions, of.InsufficientDataActions), func(action string) bool {
		return strings.HasPrefix(action, prefix)
	})
}

// DescribeAlarmsForMetricOutput is the output of DescribeAlarmsForMetric.
type DescribeAlarmsForMetricOutput struct{ MetricAlarms []MetricAlarm }

// DescribeAlarmsForMetric performs the operation of that name. An alarm on metric math is
// not on its metrics.
func (s *Store) DescribeAlarmsForMetric(_ context.Context, _ instant.Instant, in *request.DescribeAlarmsForMetricInput) (*DescribeAlarmsForMetricOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	out := &DescribeAlarmsForMetricOutput{}
	s.alarms.Lock()
	defer s.alarms.Unlock()
	for d := range s.alarms.All() {
		if m := d.Metric; m != nil && isOn(m, in) {
			out.MetricAlarms = append(out.MetricAlarms, MetricAlarm{*m, describedOf(&d)})
		}
	}
	return out, nil
}

func isOn(m *watch.MetricAlarm, in *request.DescribeAlarmsForMetricInput) bool {
	return m.Namespace == in.Namespace && m.MetricName == in.MetricName && sameDimensions(m.Dimensions, in.Dimensions) &&
		(in.Statistic == "" || in.Statistic == m.Statistic) && (in.ExtendedStatistic == "" || in.ExtendedStatistic == m.ExtendedStatistic) &&
		(in.Period == nil || *in.Period == m.Period) && (in.Unit == "" || in.Unit == m.Unit)
}

func sameDimensions(a, b []watch.Dimension) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(d watch.Dimension) bool { return !slices.Contains(b, d) })
}

package request

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lullaby/watch"
	"lullaby/watch/refusal"
)

// PutMetricAlarmInput is the input of PutMetricAlarm.
type PutMetricAlarmInput struct {
	AlarmName        string
	AlarmDescription string
	ActionsInput

	Namespace, MetricName string
	Statistic             string
	ExtendedStatistic     string
	Dimensions            []watch.Dimension
	Period                *int
	Unit                  watch.Unit
	Metrics               []watch.MetricDataQuery

	EvaluationPeriods                *int
	DatapointsToAlarm                *int
	Threshold                        *float64
	ThresholdMetricId                string
	ComparisonOperator               string
	TreatMissingData                 string
	EvaluateLowSampleCountPercentile string
	Tags                             []Tag

	ActionConfiguration, EvaluationCriteria, EvaluationInterval, EvaluationWindow, WarmUpConfiguration Unbuilt
}

// ActionsInput are the members of a request that are the actions of an alarm.
type ActionsInput struct {
	ActionsEnabled          *bool // nil: true
	OKActions               []string
	AlarmActions            []string
	InsufficientDataActions []string
}

func (in *ActionsInput) actions() watch.Actions {
	return watch.Actions{
		ActionsEnabled: in.ActionsEnabled == nil || *in.ActionsEnabled,
		OKActions:      in.OKActions, AlarmActions: in.AlarmActions, InsufficientDataActions: in.InsufficientDataActions,
	}
}

// maxActions is how many actions a state has at most.
const maxActions = 5

func (in *ActionsInput) checkActions() error {
	for _, list := range []struct {
		name    string
		actions []string
	}{{"OKActions", in.OKActions}, {"AlarmActions", in.AlarmActions}, {"InsufficientDataActions", in.InsufficientDataActions}} {
		if len(list.actions) > maxActions {
			return refusal.Newf(refusal.Validation, "The collection %s must not have a size greater than %d.", list.name, maxActions)
		}
		for _, action := range list.actions {
			if !strings.HasPrefix(action, "arn:") || len(action) > 1024 {
				return refusal.Newf(refusal.Validation, "Invalid arn syntax: %s", action)
			}
		}
	}
	return nil
}

func checkAlarmName(name string) error {
	switch {
	case name == "":
		return refusal.Newf(refusal.Validation, "AlarmName must not be null")
	case len(name) > maxName:
		return refusal.Newf(refusal.Validation, "AlarmName must be shorter than %d characters", maxName+1)
	}
	return nil
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *PutMetricAlarmInput) Check() error {
	for _, err := range []error{checkAlarmName(in.AlarmName), in.checkActions(), CheckTags(in.Tags), in.checkRule(), in.checkMetric()} {
		if err != nil {
			return err
		}
	}
	for _, err := range []error{
		in.checkLength(), in.ActionConfiguration.refuse("PutMetricAlarm", "ActionConfiguration"),
		in.EvaluationCriteria.refuse("PutMetricAlarm", "EvaluationCriteria"), in.EvaluationInterval.refuse("PutMetricAlarm", "EvaluationInterval"),
		in.EvaluationWindow.refuse("PutMetricAlarm", "EvaluationWindow"), in.WarmUpConfiguration.refuse("PutMetricAlarm", "WarmUpConfiguration"),
	} {
		if err != nil {
			return err
		}
	}
	if len(in.AlarmDescription) > 1024 {
		return refusal.Newf(refusal.Validation, "AlarmDescription must be shorter than 1025 characters")
	}
	return nil
}

// enum refuses a value that is not one of some.
func enum(parameter, value string, of ...string) error {
	if value == "" || slices.Contains(of, value) {
		return nil
	}
	return refusal.Newf(refusal.Validation, "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
		value, strings.ToLower(parameter[:1])+parameter[1:], strings.Join(of, ", "))
}

func (in *PutMetricAlarmInput) checkRule() error {
	switch {
	case strings.Contains(in.ComparisonOperator, "UpperThreshold"), strings.Contains(in.ComparisonOperator, "LowerThreshold"), in.ThresholdMetricId != "":
		return refusal.Lacking(refusal.Validation, "anomaly detection", "Lullaby does not have anomaly detection")
	case in.ComparisonOperator == "":
		return refusal.Newf(refusal.Validation, "ComparisonOperator must not be null")
	case in.EvaluationPeriods == nil:
		return refusal.Newf(refusal.Validation, "EvaluationPeriods must not be null")
	case *in.EvaluationPeriods < 1:
		return refusal.Newf(refusal.Validation, "EvaluationPeriods must be greater than or equal to 1")
	case in.DatapointsToAlarm != nil && *in.DatapointsToAlarm < 1:
		return refusal.Newf(refusal.Validation, "DatapointsToAlarm must be greater than or equal to 1")
	case in.DatapointsToAlarm != nil && *in.DatapointsToAlarm > *in.EvaluationPeriods:
		return refusal.Newf(refusal.Validation, "DatapointsToAlarm must be less than or equal to EvaluationPeriods")
	case in.Threshold == nil:
		return refusal.Newf(refusal.Validation, "Threshold must not be null")
	case math.IsNaN(*in.Threshold) || math.IsInf(*in.Threshold, 0):
		return refusal.Newf(refusal.Validation, "Threshold must be a finite number")
	}
	for _, err := range []error{
		enum("ComparisonOperator", in.ComparisonOperator, "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"),
		enum("TreatMissingData", in.TreatMissingData, "breaching", "notBreaching", "ignore", "missing"),
		enum("EvaluateLowSampleCountPercentile", in.EvaluateLowSampleCountPercentile, "evaluate", "ignore"),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (in *PutMetricAlarmInput) checkMetric() error {
	single := in.MetricName != "" || in.Namespace != "" || in.Period != nil || in.Statistic != "" || in.ExtendedStatistic != "" || len(in.Dimensions) > 0
	if len(in.Metrics) > 0 {
		if single {
			return refusal.Newf(refusal.Validation, "Metrics list cannot be used together with MetricName, Namespace, Dimensions, Period, Unit, Statistic or ExtendedStatistic")
		}
		return checkQueries("Metrics", in.Metrics, nil)
	}
	switch {
	case in.MetricName == "":
		return refusal.Newf(refusal.Validation, "MetricName must not be null")
	case in.Namespace == "":
		return refusal.Newf(refusal.Validation, "Namespace must not be null")
	case (in.Statistic == "") == (in.ExtendedStatistic == ""):
		return refusal.Newf(refusal.Validation, "Exactly one of Statistic and ExtendedStatistic must be set")
	}
	for _, err := range []error{
		checkPeriod(refusal.Validation, "Period", in.Period, nil), checkDimensions("Dimensions", in.Dimensions), checkUnit("Unit", in.Unit),
		enum("Statistic", in.Statistic, fiveStatistics...),
	} {
		if err != nil {
			return err
		}
	}
	if _, err := watch.ParseStatistic(in.Statistic + in.ExtendedStatistic); err != nil || slices.Contains(fiveStatistics, in.ExtendedStatistic) {
		return refusal.Newf(refusal.Validation, "The value %s for parameter ExtendedStatistic is not supported.", in.ExtendedStatistic)
	}
	return nil
}

// Longest times that an alarm looks at, in seconds (docs/aws/cloudwatch.md#limits).
const (
	longest        = 86_400
	longestOfHours = 604_800 // if the period is an hour or longer
)

func (in *PutMetricAlarmInput) checkLength() error {
	m := in.Alarm()
	seconds, most := m.Seconds(), longest
	if seconds >= 3600 {
		most = longestOfHours
	}
	if seconds > 0 && *in.EvaluationPeriods > most/seconds {
		return refusal.Newf(refusal.Validation, "Metrics cannot be checked across more than %s (EvaluationPeriods * Period must be <= %d).",
			map[bool]string{true: "a week", false: "a day"}[most == longestOfHours], most)
	}
	return nil
}

// Alarm returns the settings of the alarm.
func (in *PutMetricAlarmInput) Alarm() watch.MetricAlarm {
	m := watch.MetricAlarm{
		AlarmName: in.AlarmName, AlarmDescription: in.AlarmDescription, Actions: in.actions(),
		Namespace: in.Namespace, MetricName: in.MetricName, Statistic: in.Statistic, ExtendedStatistic: in.ExtendedStatistic,
		Dimensions: in.Dimensions, Unit: in.Unit, Metrics: in.Metrics, ComparisonOperator: in.ComparisonOperator,
		TreatMissingData: in.TreatMissingData, EvaluateLowSampleCountPercentile: in.EvaluateLowSampleCountPercentile,
	}
	for _, n := range []struct {
		to   *int
		from *int
	}{{&m.Period, in.Period}, {&m.EvaluationPeriods, in.EvaluationPeriods}, {&m.DatapointsToAlarm, in.DatapointsToAlarm}} {
		if n.from != nil {
			*n.to = *n.from
		}
	}
	if in.Threshold != nil {
		m.Threshold = *in.Threshold
	}
	return m
}

// PutCompositeAlarmInput is the input of PutCompositeAlarm.
type PutCompositeAlarmInput struct {
	AlarmName        string
	AlarmDescription string
	ActionsInput
	AlarmRule string
	Tags      []Tag

	ActionConfiguration, ActionsSuppressor, ActionsSuppressorExtensionPeriod, ActionsSuppressorWaitPeriod Unbuilt
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *PutCompositeAlarmInput) Check() error {
	for _, err := range []error{
		checkAlarmName(in.AlarmName), in.checkActions(), CheckTags(in.Tags), in.ActionConfiguration.refuse("PutCompositeAlarm", "ActionConfiguration"),
		in.ActionsSuppressor.refuse("PutCompositeAlarm", "ActionsSuppressor"),
		in.ActionsSuppressorExtensionPeriod.refuse("PutCompositeAlarm", "ActionsSuppressorExtensionPeriod"),
		in.ActionsSuppressorWaitPeriod.refuse("PutCompositeAlarm", "ActionsSuppressorWaitPeriod"),
	} {
		if err != nil {
			return err
		}
	}
	if in.AlarmRule == "" || strings.TrimSpace(in.AlarmRule) != in.AlarmRule {
		return refusal.Newf(refusal.Validation, "AlarmRule must not contain leading or trailing whitespace or be null")
	}
	for _, actions := range [][]string{in.OKActions, in.AlarmActions, in.InsufficientDataActions} {
		for _, action := range actions {
			if strings.Contains(action, ":autoscaling:") {
				return refusal.Newf(refusal.Validation, "Invalid arn syntax: %s", action)
			}
		}
	}
	return nil
}

// Alarm returns the settings of the alarm.
func (in *PutCompositeAlarmInput) Alarm() watch.CompositeAlarm {
	return watch.CompositeAlarm{AlarmName: in.AlarmName, AlarmDescription: in.AlarmDescription, Actions: in.actions(), AlarmRule: in.AlarmRule}
}

// A Tag is a label of an alarm.
type Tag struct{ Key, Value string }

// maxTags is how many tags an alarm has at most.
const maxTags = 50

// CheckTags returns what AWS refuses of tags, nil if nothing.
func CheckTags(tags []Tag) error {
	if len(tags) > maxTags {
		return refusal.Newf(refusal.InvalidParameterValue, "The collection Tags must not have a size greater than %d.", maxTags)
	}
	for i, t := range tags {
		switch at := fmt.Sprintf("Tags.member.%d", i+1); {
		case t.Key == "":
			return refusal.Missing(at + ".Key")
		case len(t.Key) > 128 || len(t.Value) > 256 || strings.HasPrefix(t.Key, "aws:"):
			return refusal.Newf(refusal.InvalidParameterValue, "The tag %s is invalid.", at)
		}
	}
	return nil
}

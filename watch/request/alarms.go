package request

import (
	"strings"

	"lullaby/watch"
	"lullaby/watch/refusal"
)

// DescribeAlarmsInput is the input of DescribeAlarms.
type DescribeAlarmsInput struct {
	AlarmNames          []string
	AlarmNamePrefix     string
	AlarmTypes          []string
	ActionPrefix        string
	ChildrenOfAlarmName string
	ParentsOfAlarmName  string
	StateValue          string
	MaxRecords          *int
	NextToken           string
}

// states are the values of a state.
var states = []string{string(watch.StateOK), string(watch.StateAlarm), string(watch.StateInsufficientData)}

const maxRecords = 100

func checkRecords(n *int) error {
	if n != nil && (*n < 1 || *n > maxRecords) {
		return refusal.Newf(refusal.Validation, "MaxRecords must be between 1 and %d", maxRecords)
	}
	return nil
}

// Records returns how many records an answer has at most.
func Records(n *int) int {
	if n == nil {
		return maxRecords
	}
	return *n
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeAlarmsInput) Check() error {
	for _, err := range []error{checkRecords(in.MaxRecords), enum("StateValue", in.StateValue, states...)} {
		if err != nil {
			return err
		}
	}
	for _, t := range in.AlarmTypes {
		if err := enum("AlarmTypes", t, "CompositeAlarm", "MetricAlarm", "LogAlarm"); err != nil {
			return err
		}
	}
	switch {
	case len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "":
		return refusal.Newf(refusal.Validation, "AlarmNamePrefix and AlarmNames cannot be used together")
	case len(in.AlarmNames) > maxRecords:
		return refusal.Newf(refusal.Validation, "The collection AlarmNames must not have a size greater than %d.", maxRecords)
	case in.ChildrenOfAlarmName != "" && in.ParentsOfAlarmName != "":
		return refusal.Newf(refusal.Validation, "ChildrenOfAlarmName and ParentsOfAlarmName cannot be used together")
	}
	return nil
}

// DescribeAlarmsForMetricInput is the input of DescribeAlarmsForMetric.
type DescribeAlarmsForMetricInput struct {
	Namespace, MetricName string
	Statistic             string
	ExtendedStatistic     string
	Dimensions            []watch.Dimension
	Period                *int
	Unit                  watch.Unit
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeAlarmsForMetricInput) Check() error {
	switch {
	case in.MetricName == "":
		return refusal.Newf(refusal.Validation, "MetricName must not be null")
	case in.Namespace == "":
		return refusal.Newf(refusal.Validation, "Namespace must not be null")
	}
	return checkDimensions("Dimensions", in.Dimensions)
}

// DescribeAlarmHistoryInput is the input of DescribeAlarmHistory.
type DescribeAlarmHistoryInput struct {
	AlarmName          string
	AlarmTypes         []string
	HistoryItemType    string
	StartDate, EndDate *Timestamp
	MaxRecords         *int
	NextToken          string
	ScanBy             string
	AlarmContributorId Unbuilt
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeAlarmHistoryInput) Check() error {
	for _, err := range []error{
		checkRecords(in.MaxRecords), enum("HistoryItemType", in.HistoryItemType, "ConfigurationUpdate", "StateUpdate", "Action"),
		enum("ScanBy", in.ScanBy, "TimestampDescending", "TimestampAscending"),
		in.AlarmContributorId.refuse("DescribeAlarmHistory", "AlarmContributorId"),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// SetAlarmStateInput is the input of SetAlarmState.
type SetAlarmStateInput struct {
	AlarmName, StateValue, StateReason, StateReasonData string
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *SetAlarmStateInput) Check() error {
	if err := checkAlarmName(in.AlarmName); err != nil {
		return err
	}
	switch {
	case in.StateValue == "":
		return refusal.Newf(refusal.Validation, "StateValue must not be null")
	case in.StateReason == "":
		return refusal.Newf(refusal.Validation, "StateReason must not be null")
	case len(in.StateReason) > 1023 || len(in.StateReasonData) > 4000:
		return refusal.Newf(refusal.Validation, "StateReason must be shorter than 1024 characters, and StateReasonData than 4001")
	case in.StateReasonData != "" && !strings.HasPrefix(strings.TrimSpace(in.StateReasonData), "{"):
		return refusal.Newf(refusal.InvalidFormat, "StateReasonData was not valid JSON")
	}
	return enum("StateValue", in.StateValue, states...)
}

// AlarmNamesInput is the input of DeleteAlarms, EnableAlarmActions and
// DisableAlarmActions.
type AlarmNamesInput struct{ AlarmNames []string }

// Check returns what AWS refuses of the input, nil if nothing.
func (in *AlarmNamesInput) Check() error {
	switch {
	case len(in.AlarmNames) == 0:
		return refusal.Newf(refusal.Validation, "AlarmNames must not be null")
	case len(in.AlarmNames) > maxRecords:
		return refusal.Newf(refusal.Validation, "The collection AlarmNames must not have a size greater than %d.", maxRecords)
	}
	return nil
}

// ListTagsForResourceInput is the input of ListTagsForResource.
type ListTagsForResourceInput struct{ ResourceARN string }

// TagResourceInput is the input of TagResource.
type TagResourceInput struct {
	ResourceARN string
	Tags        []Tag
}

// UntagResourceInput is the input of UntagResource.
type UntagResourceInput struct {
	ResourceARN string
	TagKeys     []string
}

// ListMetricsInput is the input of ListMetrics.
type ListMetricsInput struct {
	Namespace, MetricName string
	Dimensions            []DimensionFilter
	NextToken             string
	RecentlyActive        string
	IncludeLinkedAccounts *bool
	OwningAccount         string
}

// A DimensionFilter asks for metrics with a dimension, of any value if it has none.
type DimensionFilter struct{ Name, Value string }

// Check returns what AWS refuses of the input, nil if nothing.
func (in *ListMetricsInput) Check() error {
	if in.RecentlyActive != "" && in.RecentlyActive != "PT3H" {
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter RecentlyActive must be a value in the set [PT3H].")
	}
	for _, d := range in.Dimensions {
		if d.Name == "" {
			return refusal.Missing("Dimensions.member.1.Name")
		}
	}
	return nil
}

package request

import (
	"fmt"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
)

// GetMetricDataInput is the input of GetMetricData.
type GetMetricDataInput struct {
	MetricDataQueries  []watch.MetricDataQuery
	StartTime, EndTime *Timestamp
	NextToken          string
	ScanBy             string
	MaxDatapoints      *int
	LabelOptions       *LabelOptions
}

// LabelOptions say in which time zone labels have instants: +0130.
type LabelOptions struct{ Timezone string }

// Zone returns the time zone of labels.
func (in *GetMetricDataInput) Zone() *time.Location {
	if in.LabelOptions != nil {
		if at, err := time.Parse("-0700", in.LabelOptions.Timezone); err == nil {
			return at.Location()
		}
	}
	return time.UTC
}

// check refuses what is no time zone. Assumed: the text.
func (o *LabelOptions) check() error {
	if o == nil || o.Timezone == "" {
		return nil
	}
	if _, err := time.Parse("-0700", o.Timezone); err != nil {
		return refusal.Newf(refusal.Validation, "The value %s for parameter LabelOptions.Timezone is not matching the expected pattern ^[+-][0-9]{4}$.", o.Timezone)
	}
	return nil
}

// Limits of GetMetricData (docs/aws/cloudwatch.md#limits).
const (
	maxQueries    = 500
	MaxDatapoints = 100_800
)

// Check returns what AWS refuses of the input, nil if nothing.
func (in *GetMetricDataInput) Check() error {
	switch {
	case len(in.MetricDataQueries) == 0:
		return refusal.Missing("MetricDataQueries")
	case len(in.MetricDataQueries) > maxQueries:
		return refusal.Newf(refusal.Validation, "The collection MetricDataQueries must not have a size greater than %d.", maxQueries)
	case in.StartTime == nil:
		return refusal.Missing("StartTime")
	case in.EndTime == nil:
		return refusal.Missing("EndTime")
	case in.StartTime.Instant == in.EndTime.Instant:
		return refusal.Newf(refusal.Validation, "The parameter StartTime must not equal parameter EndTime.\n")
	case in.StartTime.Instant > in.EndTime.Instant:
		return refusal.Newf(refusal.Validation, "The parameter StartTime must be less than the parameter EndTime.\n")
	case in.ScanBy != "" && in.ScanBy != "TimestampAscending" && in.ScanBy != "TimestampDescending":
		return refusal.Newf(refusal.Validation, "The parameter ScanBy must be a value in the set [TimestampAscending, TimestampDescending].")
	case in.MaxDatapoints != nil && (*in.MaxDatapoints < 1 || *in.MaxDatapoints > MaxDatapoints):
		return refusal.Newf(refusal.Validation, "The parameter MaxDatapoints must be between 1 and %d.", MaxDatapoints)
	}
	if err := in.LabelOptions.check(); err != nil {
		return err
	}
	if err := checkQueries("MetricDataQueries", in.MetricDataQueries, finePeriods); err != nil {
		return err
	}
	for i := range in.MetricDataQueries {
		if s := in.MetricDataQueries[i].MetricStat; s != nil {
			if err := checkReadPeriod(refusal.Validation, fmt.Sprintf("MetricDataQueries.member.%d.MetricStat.Period", i+1), s.Period); err != nil {
				return err
			}
		}
	}
	return nil
}

// Span returns the time of the request for a period, cut as AWS cuts it.
func (in *GetMetricDataInput) Span(now instant.Instant, period time.Duration) (from, to instant.Instant) {
	return span(now, *in.StartTime, *in.EndTime, period)
}

// checkQueries refuses queries that are neither a metric nor an expression. fine are the
// periods of less than a minute that they may have.
func checkQueries(parameter string, all []watch.MetricDataQuery, fine []int) error {
	seen := map[string]bool{}
	for i := range all {
		q := &all[i]
		at := fmt.Sprintf("%s.member.%d", parameter, i+1)
		switch {
		case q.Id == "":
			return refusal.Newf(refusal.Validation, "The parameter %s.Id is required.", at)
		case !identifier(q.Id):
			return refusal.Newf(refusal.Validation, "The value %s for parameter %s.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.", q.Id, at)
		case seen[q.Id]:
			return refusal.Newf(refusal.Validation, "The values for parameter id in %s are not unique.", parameter)
		case (q.MetricStat == nil) == (q.Expression == ""):
			return refusal.Newf(refusal.Validation, "Invalid metrics list")
		case q.MetricStat == nil && len(q.Expression) > 2048:
			return refusal.Newf(refusal.Validation, "The parameter %s.Expression must be shorter than 2049 characters.", at)
		}
		seen[q.Id] = true
		if q.MetricStat != nil {
			if err := checkStat(at+".MetricStat", q.MetricStat, fine); err != nil {
				return err
			}
		}
	}
	return nil
}

func identifier(id string) bool {
	for i := range len(id) {
		c := id[i]
		lower := c >= 'a' && c <= 'z'
		other := c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
		if !lower && (i == 0 || !other) {
			return false
		}
	}
	return len(id) <= 255
}

func checkStat(at string, s *watch.MetricStat, fine []int) error {
	for _, err := range []error{
		checkName(at+".Metric.Namespace", s.Metric.Namespace), checkName(at+".Metric.MetricName", s.Metric.MetricName),
		checkDimensions(at+".Metric.Dimensions", s.Metric.Dimensions), checkPeriod(refusal.Validation, at+".Period", &s.Period, fine),
		checkUnit(at+".Unit", s.Unit),
	} {
		if err != nil {
			return err
		}
	}
	if _, err := watch.ParseStatistic(s.Stat); err != nil {
		return refusal.Newf(refusal.Validation, "The value %s for parameter %s.Stat is not supported.", s.Stat, at)
	}
	return nil
}

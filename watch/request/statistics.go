package request

import (
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
)

// GetMetricStatisticsInput is the input of GetMetricStatistics.
type GetMetricStatisticsInput struct {
	Namespace, MetricName string
	Dimensions            []watch.Dimension
	StartTime, EndTime    *Timestamp
	Period                *int
	Statistics            []string
	ExtendedStatistics    []string
	Unit                  watch.Unit
}

// maxPoints is how many points an answer of GetMetricStatistics has at most.
const maxPoints = 1440

// fiveStatistics are those that are no extended ones.
var fiveStatistics = []string{"SampleCount", "Average", "Sum", "Minimum", "Maximum"}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *GetMetricStatisticsInput) Check(now instant.Instant) error {
	for _, err := range []error{
		checkName("Namespace", in.Namespace), checkName("MetricName", in.MetricName), checkDimensions("Dimensions", in.Dimensions),
		checkUnit("Unit", in.Unit), checkPeriod(refusal.InvalidParameterValue, "Period", in.Period, finePeriods), in.checkStatistics(),
	} {
		if err != nil {
			return err
		}
	}
	if err := checkReadPeriod(refusal.InvalidParameterValue, "Period", *in.Period); err != nil {
		return err
	}
	switch {
	case in.StartTime == nil:
		return refusal.Missing("StartTime")
	case in.EndTime == nil:
		return refusal.Missing("EndTime")
	case in.StartTime.Instant == in.EndTime.Instant:
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter StartTime must not equal parameter EndTime.")
	case in.StartTime.Instant > in.EndTime.Instant:
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter StartTime must be less than the parameter EndTime.")
	}
	from, to := in.Span(now)
	if n := int64(to.Sub(from).Seconds()) / int64(*in.Period); n > maxPoints {
		return refusal.Newf(refusal.InvalidParameterCombination, "You have requested up to %d datapoints, which exceeds the limit of %d. "+
			"You may reduce the datapoints requested by increasing Period, or decreasing the time range.", n, maxPoints)
	}
	return nil
}

// Span returns the time of the request, cut as AWS cuts it.
func (in *GetMetricStatisticsInput) Span(now instant.Instant) (from, to instant.Instant) {
	return span(now, *in.StartTime, *in.EndTime, time.Duration(*in.Period)*time.Second)
}

func (in *GetMetricStatisticsInput) checkStatistics() error {
	switch {
	case len(in.Statistics) > 0 && len(in.ExtendedStatistics) > 0:
		return refusal.Newf(refusal.InvalidParameterCombination, "The parameters Statistics and ExtendedStatistics are mutually exclusive.")
	case len(in.Statistics) == 0 && len(in.ExtendedStatistics) == 0:
		return refusal.Newf(refusal.InvalidParameterCombination, "At least one of the parameters Statistics and ExtendedStatistics must be specified.")
	case len(in.Statistics) > 5:
		return refusal.Newf(refusal.InvalidParameterValue, "The collection Statistics must not have a size greater than 5.")
	case len(in.ExtendedStatistics) > 10:
		return refusal.Newf(refusal.InvalidParameterValue, "The collection ExtendedStatistics must not have a size greater than 10.")
	}
	for _, of := range in.Statistics {
		if !slices.Contains(fiveStatistics, of) {
			return refusal.Newf(refusal.InvalidParameterValue, "The parameter Statistics.member.1 must be a value in the set [Average, Maximum, Minimum, SampleCount, Sum].")
		}
	}
	for _, of := range in.ExtendedStatistics {
		if _, err := watch.ParseStatistic(of); err != nil || slices.Contains(fiveStatistics, of) {
			return refusal.Newf(refusal.InvalidParameterValue, "The value %s for parameter ExtendedStatistics.member.1 is not supported.", of)
		}
	}
	return nil
}

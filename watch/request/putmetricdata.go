package request

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
)

// PutMetricDataInput is the input of PutMetricData.
type PutMetricDataInput struct {
	Namespace              string
	MetricData             []MetricDatum
	EntityMetricData       []EntityMetricData
	StrictEntityValidation *bool
}

// EntityMetricData is data with the entity that it is of, which Lullaby does not keep.
type EntityMetricData struct{ MetricData []MetricDatum }

// A MetricDatum is some samples of a metric at one instant: a value, a statistic set,
// or values with how many samples have each.
type MetricDatum struct {
	MetricName        string
	Dimensions        []watch.Dimension
	Timestamp         *Timestamp
	Value             *float64
	Values, Counts    []float64
	StatisticValues   *StatisticSet
	Unit              watch.Unit
	StorageResolution *int
}

// Fine reports whether the datum is of a metric of high resolution.
func (d *MetricDatum) Fine() bool { return d.StorageResolution != nil && *d.StorageResolution == 1 }

// A StatisticSet is samples of which only this is known.
type StatisticSet struct{ SampleCount, Sum, Minimum, Maximum *float64 }

// Limits of PutMetricData (docs/aws/cloudwatch.md#limits).
const (
	maxData   = 1000
	maxValues = 150
	oldest    = 14 * 24 * time.Hour
	newest    = 2 * time.Hour
)

// Data returns all data of the request.
func (in *PutMetricDataInput) Data() []MetricDatum {
	all := in.MetricData
	for _, e := range in.EntityMetricData {
		all = append(slices.Clip(all), e.MetricData...)
	}
	return all
}

// Check returns what AWS refuses of the input at now, nil if nothing.
func (in *PutMetricDataInput) Check(now instant.Instant) error {
	if err := checkName("Namespace", in.Namespace); err != nil {
		return err
	}
	data := in.Data()
	switch {
	case strings.HasPrefix(in.Namespace, ":"):
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter Namespace must not start with a colon.")
	case strings.HasPrefix(in.Namespace, "AWS/"):
		return refusal.Newf(refusal.InvalidParameterValue, "The value AWS/ for parameter Namespace is invalid.")
	case len(data) == 0:
		return refusal.Missing("MetricData")
	case len(data) > maxData:
		return refusal.Newf(refusal.InvalidParameterValue, "The collection MetricData must not have a size greater than %d.", maxData)
	}
	var times []string
	for i := range data {
		at := fmt.Sprintf("MetricData.member.%d", i+1)
		if err := data[i].check(at); err != nil {
			return err
		}
		if !timely(now, data[i].Timestamp) {
			times = append(times, "The parameter "+at+".Timestamp must specify a time within the past two weeks.")
		}
	}
	if times != nil {
		return refusal.Newf(refusal.InvalidParameterValue, "%s", strings.Join(times, "\n"))
	}
	return nil
}

func timely(now instant.Instant, at *Timestamp) bool {
	return at == nil || at.Sub(now) <= newest && now.Sub(at.Instant) <= oldest
}

func (d *MetricDatum) check(at string) error {
	if err := checkName(at+".MetricName", d.MetricName); err != nil {
		return err
	}
	if err := checkDimensions(at+".Dimensions", d.Dimensions); err != nil {
		return err
	}
	if err := checkUnit(at+".Unit", d.Unit); err != nil {
		return err
	}
	if r := d.StorageResolution; r != nil && *r != 1 && *r != 60 {
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s.StorageResolution must be 1 or 60.", at)
	}
	if d.Value != nil && d.StatisticValues != nil {
		return refusal.Newf(refusal.InvalidParameterCombination,
			"The parameters %s.Value and %s.StatisticValues are mutually exclusive and you have specified both.", at, at)
	}
	if len(d.Values) > 0 {
		return d.checkValues(at)
	}
	switch {
	case d.Value == nil && d.StatisticValues == nil:
		return refusal.Newf(refusal.InvalidParameterCombination,
			"At least one of the parameters %s.Value and %s.StatisticValues must be specified.", at, at)
	case d.Value != nil && !valid(*d.Value):
		return invalid(*d.Value, at+".Value")
	case d.StatisticValues != nil:
		return d.StatisticValues.check(at + ".StatisticValues")
	}
	return nil
}

// invalid refuses a value; NaN is written as AWS writes it.
func invalid(v float64, parameter string) error {
	text := fmt.Sprint(v)
	if v != v {
		text = "\uFFFD"
	}
	return refusal.Newf(refusal.InvalidParameterValue, "The value %s for parameter %s is invalid.", text, parameter)
}

func (d *MetricDatum) checkValues(at string) error {
	switch {
	case d.Value != nil || d.StatisticValues != nil:
		return refusal.Newf(refusal.InvalidParameterCombination, "The parameter %s.Values cannot be used with Value or StatisticValues.", at)
	case len(d.Values) > maxValues:
		return refusal.Newf(refusal.InvalidParameterValue, "The collection %s.Values must not have a size greater than %d.", at, maxValues)
	case len(d.Counts) > 0 && len(d.Counts) != len(d.Values):
		return refusal.Newf(refusal.InvalidParameterValue, "The parameters %s.Values and %s.Counts must be of the same size.", at, at)
	}
	for i, v := range d.Values {
		if !valid(v) {
			return invalid(v, fmt.Sprintf("%s.Values.member.%d", at, i+1))
		}
		if i < len(d.Counts) && !(valid(d.Counts[i]) && d.Counts[i] > 0) {
			return invalid(d.Counts[i], fmt.Sprintf("%s.Counts.member.%d", at, i+1))
		}
	}
	return nil
}

func (s *StatisticSet) check(at string) error {
	for _, m := range []struct {
		name  string
		value *float64
	}{{"SampleCount", s.SampleCount}, {"Sum", s.Sum}, {"Minimum", s.Minimum}, {"Maximum", s.Maximum}} {
		switch {
		case m.value == nil:
			return refusal.Missing(at + "." + m.name)
		case !valid(*m.value):
			return invalid(*m.value, at+"."+m.name)
		}
	}
	switch {
	case *s.SampleCount <= 0:
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s.SampleCount must be greater than 0.", at)
	case *s.Minimum > *s.Maximum:
		return refusal.Newf(refusal.InvalidParameterValue, "The parameter %s.Minimum must be less than or equal to parameter %s.Maximum.", at, at)
	}
	return nil
}

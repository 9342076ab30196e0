package autoscale

import (
	"lullaby/autoscale/request"
	"lullaby/watch"
)

// A Family is the alarms of a policy. Its zero value has none: the resource had no
// units.
type Family struct {
	High            string // names
	Low             string `json:",omitzero"` // empty if the policy does not scale in
	ProvisionedHigh string `json:",omitzero"` // empty for a customized metric
	ProvisionedLow  string `json:",omitzero"`
	Units           int64  `json:",omitzero"` // that their thresholds are made for
}

// Names returns the names of the alarms, in AWS's order.
func (f *Family) Names() []string {
	var all []string
	for _, name := range []string{f.High, f.Low, f.ProvisionedHigh, f.ProvisionedLow} {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}

// How alarms look at their metrics (docs/aws/autoscaling.md#alarms,
// docs/aws/autoscaling.md#customized-metrics).
const (
	minute            = 60 // seconds
	gaugePeriod       = 300
	highMinutes       = 2
	highMinutesCustom = 3
	lowMinutes        = 15
	gaugePeriods      = 3

	lowPoints      = 20  // below the target, in percent of the units
	leastLowPoints = 1   // Assumed: so that an idle table is scaled in whose target is 20
	lowShareCustom = 0.9 // of the target
)

// replace gives a policy new alarms for the units that its resource has, with new names.
func (s *Scaler) replace(e *Effects, t *target, p *Policy) {
	e.DeleteAlarms = append(e.DeleteAlarms, p.Alarms.Names()...)
	if p.Config.PredefinedMetricSpecification != nil && t.Units == 0 {
		p.Alarms = Family{} // they would have no thresholds
		return
	}
	name := func(kind string) string { return "TargetTracking-" + t.Resource.ID + "-" + kind + "-" + s.NewID() }
	p.Alarms = Family{High: name("AlarmHigh"), Units: t.Units}
	if p.scalesIn() {
		p.Alarms.Low = name("AlarmLow")
	}
	if p.Config.PredefinedMetricSpecification != nil {
		p.Alarms.ProvisionedHigh, p.Alarms.ProvisionedLow = name("ProvisionedCapacityHigh"), name("ProvisionedCapacityLow")
	}
	e.PutAlarms = append(e.PutAlarms, p.alarms(t.Resource)...)
}

// alarms returns the settings of the policy's alarms.
func (p *Policy) alarms(r Resource) []watch.MetricAlarm {
	f := &p.Alarms
	const more, less = "GreaterThanThreshold", "LessThanThreshold"
	var all []watch.MetricAlarm
	add := func(name string, m watch.MetricAlarm) {
		if name == "" {
			return
		}
		action := p.ARN + ":createdBy/" + p.CreatedBy
		m.AlarmName = name
		m.AlarmDescription = "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + action + "."
		m.Actions = watch.Actions{ActionsEnabled: true, AlarmActions: []string{action}}
		all = append(all, m)
	}
	target := *p.Config.TargetValue
	if p.Config.CustomizedMetricSpecification != nil {
		add(f.High, customized(&p.Config, f.High, more, highMinutesCustom, target))
		add(f.Low, customized(&p.Config, f.Low, less, lowMinutes, float64(target*lowShareCustom)))
		return all
	}
	add(f.High, predefined(r, "Consumed", "Sum", minute, more, highMinutes, line(target, f.Units)))
	add(f.Low, predefined(r, "Consumed", "Sum", minute, less, lowMinutes, line(max(target-lowPoints, leastLowPoints), f.Units)))
	add(f.ProvisionedHigh, predefined(r, "Provisioned", "Average", gaugePeriod, more, gaugePeriods, float64(f.Units)))
	add(f.ProvisionedLow, predefined(r, "Provisioned", "Average", gaugePeriod, less, gaugePeriods, float64(f.Units)))
	return all
}

// line returns what a share of the units, in percent, is in a minute.
func line(percent float64, units int64) float64 {
	return float64(float64(percent*float64(units))*minute) / 100
}

// predefined returns an alarm on a metric of a table or an index.
func predefined(r Resource, metric, statistic string, period int, comparison string, periods int, threshold float64) watch.MetricAlarm {
	dimensions := []watch.Dimension{{Name: "TableName", Value: r.Table()}}
	if index := r.Index(); index != "" {
		dimensions = append(dimensions, watch.Dimension{Name: "GlobalSecondaryIndexName", Value: index})
	}
	return watch.MetricAlarm{
		Namespace: "AWS/DynamoDB", MetricName: metric + r.direction() + "CapacityUnits", Dimensions: dimensions,
		Statistic: statistic, Period: period, EvaluationPeriods: periods, Threshold: threshold, ComparisonOperator: comparison,
	}
}

// customized returns an alarm on the metric that a policy describes.
func customized(config *request.TargetTracking, name, comparison string, periods int, threshold float64) watch.MetricAlarm {
	c := config.CustomizedMetricSpecification
	m := watch.MetricAlarm{AlarmName: name, EvaluationPeriods: periods, Threshold: threshold, ComparisonOperator: comparison}
	if c.Metrics == nil {
		m.Namespace, m.MetricName, m.Statistic, m.Period = *c.Namespace, *c.MetricName, *c.Statistic, minute
		m.Dimensions, m.Unit = dimensionsOf(c.Dimensions), watch.Unit(text(c.Unit))
		return m
	}
	for i := range c.Metrics {
		q := &c.Metrics[i]
		of := watch.MetricDataQuery{Id: *q.Id, Expression: text(q.Expression), Label: text(q.Label), ReturnData: q.ReturnData}
		if stat := q.MetricStat; stat != nil {
			of.MetricStat = &watch.MetricStat{
				Metric: watch.QueryMetric{Namespace: *stat.Metric.Namespace, MetricName: *stat.Metric.MetricName, Dimensions: dimensionsOf(stat.Metric.Dimensions)},
				Period: minute, Stat: *stat.Stat, Unit: watch.Unit(text(stat.Unit)),
			}
		}
		m.Metrics = append(m.Metrics, of)
	}
	return m
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func dimensionsOf(all []request.MetricDimension) []watch.Dimension {
	of := make([]watch.Dimension, len(all))
	for i, d := range all {
		of[i] = watch.Dimension{Name: *d.Name, Value: *d.Value}
	}
	return of
}

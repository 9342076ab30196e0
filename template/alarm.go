package template

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// Alarms on metrics and on metric math (docs/aws/templates.md#alarms).

const typeAlarm = "AWS::CloudWatch::Alarm"

// maxAlarmName is the length of an alarm's name (API Reference, PutMetricAlarm).
const maxAlarmName = 255

// actionProperties are those that both kinds of alarm have alike.
var actionProperties = properties{
	honoured: "ActionsEnabled AlarmActions AlarmDescription AlarmName InsufficientDataActions OKActions Tags",
}

// wholeAlarm are the properties without which an alarm is another one: an alarm that
// has them is left out.
const wholeAlarm = "EvaluationCriteria EvaluationInterval EvaluationWindow ThresholdMetricId"

func metricAlarm() *resourceType {
	return &resourceType{
		properties: actionProperties.and(properties{
			honoured: "ComparisonOperator DatapointsToAlarm Dimensions EvaluateLowSampleCountPercentile EvaluationPeriods " +
				"ExtendedStatistic MetricName Metrics Namespace Period Statistic Threshold TreatMissingData Unit",
			later: wholeAlarm,
		}),
		ref:        named("AlarmName", maxAlarmName),
		attributes: attributes{"Arn": arnOf("cloudwatch", "alarm:")},
		link:       (*loader).linkAlarm,
	}
}

// linkAlarm reads an alarm on a metric.
func (l *loader) linkAlarm(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	for key := range strings.FieldsSeq(wholeAlarm) {
		if in.value(key) != nil {
			l.omit(in.lineOf(key), r.id, "alarms with "+key)
			return *in.err
		}
	}
	l.checkProperties(r.id, in.n, r.def.properties)
	put := &request.PutMetricAlarmInput{
		AlarmName: l.nameOf(r, in), AlarmDescription: in.text("AlarmDescription", ""), ActionsInput: l.actions(r.id, in),
		Namespace: in.text("Namespace", ""), MetricName: in.text("MetricName", ""),
		Statistic: in.text("Statistic", ""), ExtendedStatistic: in.text("ExtendedStatistic", ""),
		Dimensions: in.dimensions(), Period: in.anyInteger("Period"), Unit: watch.Unit(in.text("Unit", "")), Metrics: in.queries(),
		EvaluationPeriods: in.anyInteger("EvaluationPeriods"), DatapointsToAlarm: in.anyInteger("DatapointsToAlarm"), Threshold: in.number("Threshold"),
		ComparisonOperator: in.text("ComparisonOperator", ""), TreatMissingData: in.text("TreatMissingData", ""),
		EvaluateLowSampleCountPercentile: in.text("EvaluateLowSampleCountPercentile", ""), Tags: in.alarmTags(),
	}
	a := &Alarm{Source: in.source(r.line, alarmFields), LogicalID: r.id, Name: put.AlarmName, Metric: put}
	err := put.Check()
	if err == nil && *in.err == nil {
		err = new(watch.Alarms).Put(0, put.Alarm())
	}
	l.addAlarm(in, a, err)
	return *in.err
}

// addAlarm adds an alarm, or what AWS refuses of it. One that only Lullaby refuses is
// left out.
func (l *loader) addAlarm(in reader, a *Alarm, err error) {
	line := a.refusedAt(err)
	switch lacks := lackOf(err); {
	case *in.err != nil:
	case lacks != "":
		l.omit(line, a.LogicalID, "alarms with "+lacks)
	case err != nil:
		in.fail(line, "%s%v", in.label, err)
	default:
		l.t.Alarms = append(l.t.Alarms, a)
	}
}

// lackOf returns what Lullaby lacks, if that is why a request for an alarm is refused.
func lackOf(err error) string {
	if refused, ok := errors.AsType[*refusal.Error](err); ok {
		return refused.Lacks
	}
	if refused, ok := errors.AsType[*watch.UnsupportedError](err); ok {
		return refused.Function
	}
	return ""
}

// actions reads the actions of an alarm. One that the template cannot know is left out.
func (l *loader) actions(of string, in reader) request.ActionsInput {
	known := func(key string) []string {
		v := in.value(key)
		if v != nil && v.kind != list {
			in.refuse(key, "must be a list, not %s", v.kind)
		}
		if v == nil || v.kind != list {
			return nil
		}
		var all []string
		for _, item := range v.items {
			at := in.alone()
			value, err := l.eval(item)
			if value == nil && err == nil {
				continue // AWS::NoValue
			}
			text, err := l.str(item, in.label+key)
			at.stick(err)
			switch {
			case l.lacks(at, of, "actions outside the template"):
			case err != nil:
				in.wrong(in.label+key, err)
			default:
				all = append(all, text)
			}
		}
		return all
	}
	actions := request.ActionsInput{OKActions: known("OKActions"), AlarmActions: known("AlarmActions"), InsufficientDataActions: known("InsufficientDataActions")}
	actions.ActionsEnabled = in.flag("ActionsEnabled")
	return actions
}

// dimensions reads the list of dimensions.
func (r reader) dimensions() []watch.Dimension {
	var all []watch.Dimension //nolint:prealloc // nil when there are none
	for i, item := range r.list("Dimensions") {
		in := r.item("Dimensions", i, item)
		in.only("Name Value")
		all = append(all, watch.Dimension{Name: in.required("Name"), Value: in.required("Value")})
	}
	return all
}

// queries reads the metrics and expressions of metric math.
func (r reader) queries() []watch.MetricDataQuery {
	var all []watch.MetricDataQuery //nolint:prealloc // nil when there are none
	for i, item := range r.list("Metrics") {
		in := r.item("Metrics", i, item)
		in.only("AccountId Expression Id Label MetricStat Period ReturnData")
		q := watch.MetricDataQuery{
			Id: in.required("Id"), Expression: in.text("Expression", ""), Label: in.text("Label", ""), AccountId: in.text("AccountId", ""),
			ReturnData: in.flag("ReturnData"),
		}
		if seconds := in.anyInteger("Period"); seconds != nil {
			q.Period = *seconds
		}
		if stat := in.under("MetricStat"); in.value("MetricStat") != nil {
			stat.only("Metric Period Stat Unit")
			metric := stat.under("Metric")
			metric.only("Dimensions MetricName Namespace")
			q.MetricStat = &watch.MetricStat{
				Metric: watch.QueryMetric{Namespace: metric.text("Namespace", ""), MetricName: metric.text("MetricName", ""), Dimensions: metric.dimensions()},
				Period: stat.integer("Period", 0, math.MinInt32, math.MaxInt32), Stat: stat.required("Stat"), Unit: watch.Unit(stat.text("Unit", "")),
			}
		}
		all = append(all, q)
	}
	return all
}

func (r reader) alarmTags() []request.Tag {
	tags := r.tags()
	all := make([]request.Tag, len(tags))
	for i, t := range tags {
		all[i] = request.Tag(t)
	}
	return all
}

// anyInteger returns the whole number at key, nil if it is absent.
func (r reader) anyInteger(key string) *int {
	if r.value(key) == nil {
		return nil
	}
	return new(r.integer(key, 0, math.MinInt32, math.MaxInt32))
}

// number returns the number at key, nil if it is absent.
func (r reader) number(key string) *float64 {
	if r.value(key) == nil {
		return nil
	}
	text := r.text(key, "")
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		r.refuse(key, "must be a number, not %s", quote(text))
		return nil
	}
	return &v
}

// refusedAt returns the line of the property that a refusal is about: the first that
// its text names, or has the value of.
func (a *Alarm) refusedAt(err error) int {
	if err == nil {
		return a.at.Line
	}
	text := err.Error()
	for _, key := range []string{"AlarmActions", "OKActions", "InsufficientDataActions"} {
		for i, action := range a.actions(key) {
			if strings.HasSuffix(text, ": "+action) {
				return a.Pos(key, strconv.Itoa(i)).Line
			}
		}
	}
	if a.Metric != nil {
		for i, q := range a.Metric.Metrics {
			if strings.HasPrefix(text, q.Id+": ") {
				return a.Pos("Metrics", strconv.Itoa(i)).Line
			}
		}
	}
	return a.lineOf(text)
}

// actions returns the actions in a property.
func (a *Alarm) actions(key string) []string {
	in := a.input()
	switch key {
	case "AlarmActions":
		return in.AlarmActions
	case "OKActions":
		return in.OKActions
	}
	return in.InsufficientDataActions
}

// input returns the actions of the alarm, of whichever kind it is.
func (a *Alarm) input() *request.ActionsInput {
	if a.Metric != nil {
		return &a.Metric.ActionsInput
	}
	return &a.Composite.ActionsInput
}

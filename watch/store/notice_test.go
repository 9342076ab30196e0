package store_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"lullaby/watch"
	"lullaby/watch/request"
)

var anyUUID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// What a function gets of an alarm has AWS's members: of a metric, of metric math, of a
// composite one, and of one that is gone.
func TestNotices(t *testing.T) {
	d := newDisk(t)
	at := begin.Add(time.Hour)
	sum := request.PutMetricAlarmInput{
		AlarmName: "m", AlarmDescription: `of "math"`, Metrics: []watch.MetricDataQuery{
			{Id: "a", MetricStat: &watch.MetricStat{Metric: watch.QueryMetric{Namespace: "App", MetricName: "Sales"}, Period: 60, Stat: "p90"}, ReturnData: new(bool)},
			{Id: "e", Expression: "a*2", Label: "twice"},
		},
		EvaluationPeriods: new(1), Threshold: new(1.0), ComparisonOperator: "GreaterThanThreshold",
	}
	d.put(at, highOf("high", 2))
	d.put(at, &sum)
	if _, err := d.PutCompositeAlarm(t.Context(), at, &request.PutCompositeAlarmInput{AlarmName: "all", AlarmRule: "ALARM(high)", AlarmDescription: "both"}); err != nil {
		t.Fatal(err)
	}
	e := watch.Event{
		At: at, Old: watch.AlarmState{Value: watch.StateOK, Reason: "quiet", Updated: begin},
		New: watch.AlarmState{Value: watch.StateAlarm, Reason: "loud", ReasonData: `{"version":"1.0"}`, Updated: at},
	}
	const states = `"state":{"value":"ALARM","reason":"loud","reasonData":"{\"version\":\"1.0\"}","timestamp":"2026-01-01T01:00:00.000+0000"},` +
		`"previousState":{"value":"OK","reason":"quiet","timestamp":"2026-01-01T00:00:00.000+0000"},`
	for name, configuration := range map[string]string{
		"high": `{"metrics":[{"id":"UUID","metricStat":{"metric":{"namespace":"AWS/Lambda","name":"Duration","dimensions":{"FunctionName":"f"}},"period":60,"stat":"Sum"},"returnData":true}]}`,
		"m": `{"description":"of \"math\"","metrics":[{"id":"a","metricStat":{"metric":{"namespace":"App","name":"Sales","dimensions":{}},"period":60,"stat":"p90"},"returnData":false},` +
			`{"id":"e","expression":"a*2","label":"twice","returnData":true}]}`,
		"all":  `{"alarmRule":"ALARM(high)","description":"both"}`,
		"gone": `{}`,
	} {
		e.Alarm = name
		got, err := d.Notice(e, d.Described(name))
		want := `{"source":"aws.cloudwatch","alarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:` + name + `","accountId":"123456789012",` +
			`"time":"2026-01-01T01:00:00.000+0000","region":"us-east-1","alarmData":{"alarmName":"` + name + `",` + states + `"configuration":` + configuration + `}}`
		if text := anyUUID.ReplaceAllString(string(got), "UUID"); err != nil || text != want {
			t.Errorf("%s, %v\nwant %s", text, err, want)
		}
	}
}

// Alarms of a service are replaced together, and the disk has them so.
func TestReplace(t *testing.T) {
	d := newDisk(t)
	own := func(name string) watch.MetricAlarm {
		m := highOf(name, 1).Alarm()
		m.AlarmActions = []string{"arn:aws:autoscaling:us-east-1:1:scalingPolicy:p"}
		return m
	}
	for _, step := range []struct{ deleted, made, want []string }{
		{nil, []string{"a", "b"}, []string{"a", "b"}},
		{[]string{"a", "never"}, []string{"c"}, []string{"b", "c"}},
		{[]string{"b", "c"}, []string{"c"}, []string{"c"}},
	} {
		made := make([]watch.MetricAlarm, 0, len(step.made))
		for _, name := range step.made {
			made = append(made, own(name))
		}
		if err := d.Replace(begin, step.deleted, made); err != nil {
			t.Fatal(err)
		}
		d.put(begin, highOf("of a person", 1))
		d.crash()
		if got := d.ActingOn("arn:aws:autoscaling:"); !slices.Equal(got, step.want) {
			t.Errorf("alarms %q, want %q", got, step.want)
		}
	}
	want := []string{`Alarm "a" created`, `Alarm "a" deleted`}
	if got, _ := d.history(&request.DescribeAlarmHistoryInput{AlarmName: "a", ScanBy: "TimestampAscending"}); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
}

package evidence_test

import (
	"strings"
	"testing"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/lambda"
	"lullaby/pager"
	"lullaby/pager/evidence"
	"lullaby/watch"
)

var night = instant.Of(time.Date(2026, 11, 30, 3, 12, 7, 0, time.UTC))

const topic = "arn:aws:sns:us-east-1:123456789012:night"

// A stackAt is a stack whose services have measured something.
type stackAt struct {
	watch.Store
	units int64
}

func (s *stackAt) page(kind pager.Kind, since instant.Instant, m *watch.MetricAlarm, data string) pager.Page {
	source := evidence.Source{
		Stack: "items", Region: "us-east-1",
		Readings: func(namespace string, from, to instant.Instant) []watch.Reading {
			return s.Readings(nil, namespace, 1, s.Len()+1, from, to)
		},
		Units: func(string, string) (read, write int64) { return s.units, s.units },
	}
	e := watch.Event{At: night, Alarm: m.AlarmName, New: watch.AlarmState{Reason: "Threshold Crossed: it is too much.", ReasonData: data}}
	return source.Page(kind, since, &e, &watch.Description{Name: m.AlarmName, ARN: "arn:" + m.AlarmName, Metric: m})
}

// throttle counts throttles of a table, by its own meter.
func (s *stackAt) throttle(m *meter.Meter, limit capacity.Limit, d capacity.Direction, n int) {
	for range n {
		m.Throttle(night.Add(-time.Minute), &capacity.Verdict{Limit: limit, Direction: d})
	}
}

// highOf is an alarm on a metric, that pages and says when it is over.
func highOf(namespace, metric string, dimensions ...watch.Dimension) *watch.MetricAlarm {
	return &watch.MetricAlarm{
		AlarmName: "items-high", Actions: watch.Actions{AlarmActions: []string{topic}, OKActions: []string{topic}},
		Namespace: namespace, MetricName: metric, Dimensions: dimensions, Statistic: "Sum", Period: 60, EvaluationPeriods: 1,
		Threshold: 5, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
	}
}

const breaching = `{"startDate":"2026-11-30T03:10:00.000+0000","recentDatapoints":[62.0]}`

// scenes are the pages of testdata/pages.txt, by their headings.
var scenes = []struct {
	name string
	page func(s *stackAt) pager.Page
}{
	{"the article's storm: a table of 5 units, functions that fail, answers of 5XX", func(s *stackAt) pager.Page {
		s.units = 5
		s.throttle(meter.OfTable(s, "items-table"), capacity.ProvisionedThroughput, capacity.Write, 1_204)
		stage := gateway.NewMeter(s, "items", "Prod")
		function := lambda.NewMeter(s, "items-PutItem")
		for range 312 {
			stage.Answer(night.Add(-time.Minute), 503, time.Second, time.Second)
			function.Finish(night.Add(-time.Minute), time.Second, true)
		}
		m := highOf("AWS/ApiGateway", "5XXError", watch.Dimension{Name: "ApiName", Value: "items"})
		m.AlarmDescription = "Clients of items get errors. Runbook: https://wiki.example/items"
		return s.page(pager.Trigger, night, m, `{"startDate":"2026-11-30T03:10:00.000+0000","recentDatapoints":[312.0]}`)
	}},
	{"its end", func(s *stackAt) pager.Page {
		return s.page(pager.Recovery, night.Add(-8*time.Minute-3*time.Second), highOf("AWS/ApiGateway", "5XXError", watch.Dimension{Name: "ApiName", Value: "items"}), `{"recentDatapoints":[0.0]}`)
	}},
	{"an alarm without notBreaching on throttles of an index", func(s *stackAt) pager.Page {
		s.units = 1_000
		table := meter.OfTable(s, "orders")
		s.throttle(table.OfIndex("by-day"), capacity.KeyRangeThroughput, capacity.Write, 1)
		s.throttle(table, capacity.ProvisionedThroughput, capacity.Read, 2)
		m := highOf("AWS/DynamoDB", "WriteThrottleEvents", watch.Dimension{Name: "TableName", Value: "orders"}, watch.Dimension{Name: "GlobalSecondaryIndexName", Value: "by-day"})
		m.TreatMissingData, m.EvaluationPeriods, m.Threshold, m.ComparisonOperator = "", 7, 0.5, "GreaterThanOrEqualToThreshold"
		return s.page(pager.Trigger, night, m, `{"startDate":"2026-11-29T23:00:00.000+0000","recentDatapoints":[1,2,3,4,5,6,1234.5678]}`)
	}},
	{"on demand, a quota, and concurrency; nobody is told when it is over", func(s *stackAt) pager.Page {
		s.throttle(meter.OfTable(s, "orders"), capacity.MaxOnDemandThroughput, capacity.Read, 7)
		s.throttle(meter.OfTable(s, "sales"), capacity.AccountLimit, capacity.Write, 9)
		s.throttle(meter.OfTable(s, "gone"), capacity.ProvisionedThroughput, capacity.Write, 1)
		lambda.NewMeter(s, "f").Throttle(night)
		m := highOf("AWS/Lambda", "Throttles")
		m.OKActions, m.Period = []string{"arn:aws:lambda:us-east-1:123456789012:function:f"}, 300
		return s.page(pager.Trigger, night, m, breaching)
	}},
	{"a queue that is late, and data that may stop", func(s *stackAt) pager.Page {
		age := watch.Metric{Namespace: "AWS/SQS", Name: "ApproximateAgeOfOldestMessage", Unit: watch.Seconds}
		s.Add(night.Add(-time.Minute), s.Series(age, watch.Dimension{Name: "QueueName", Value: "items-writes"}), 420)
		m := highOf("AWS/SQS", "ApproximateAgeOfOldestMessage", watch.Dimension{Name: "QueueName", Value: "items-writes"})
		m.Statistic, m.TreatMissingData = "Maximum", ""
		return s.page(pager.Trigger, night, m, breaching)
	}},
	{"metric math, no data in the reason, and nothing refused", func(s *stackAt) pager.Page {
		no := false
		m := highOf("", "")
		m.Statistic, m.Metrics = "", []watch.MetricDataQuery{
			{Id: "a", MetricStat: &watch.MetricStat{Metric: watch.QueryMetric{Namespace: "App", MetricName: "Sales"}, Period: 60, Stat: "Sum"}, ReturnData: &no},
			{Id: "e", Expression: "a*2", Label: "twice the sales"},
		}
		return s.page(pager.Trigger, night.Add(-25*time.Hour), m, "by hand")
	}},
	{"names with quotes, HTML, and what a terminal obeys", func(s *stackAt) pager.Page {
		s.throttle(meter.OfTable(s, "orders"), capacity.ProvisionedThroughput, capacity.Write, 3)
		m := highOf("AWS/Lambda", "Errors")
		m.AlarmName, m.AlarmDescription = `<b>"high"</b> & 'mighty'`, "one\ntwo\x1b[31m red \u202e back"
		return s.page(pager.Trigger, night, m, breaching)
	}},
}

// The pages of a night, as a terminal of 80 columns shows them, and the line that a
// phone shows first.
func TestPages(t *testing.T) {
	var text strings.Builder
	for _, scene := range scenes {
		p := scene.page(new(stackAt))
		text.WriteString("== " + scene.name + "\n")
		for _, line := range p.Lines(time.UTC, 80) {
			if n := len([]rune(line)); n > 80 {
				t.Errorf("%d columns: %s", n, line)
			}
			text.WriteString(line + "\n")
		}
		text.WriteString("summary: " + p.Summary() + "\n\n")
	}
	scripttest.Golden(t, "testdata/pages.txt", text.String())
}

// A composite alarm is described by its reason.
func TestComposite(t *testing.T) {
	source := evidence.Source{Stack: "items"}
	e := watch.Event{At: night, Alarm: "both", New: watch.AlarmState{Reason: "high was updated and its alarm rule evaluates to ALARM"}}
	p := source.Page(pager.Trigger, night, &e, &watch.Description{Name: "both", Composite: &watch.CompositeAlarm{AlarmDescription: "both of them"}})
	if p.Description != "both of them" || p.Measured != "" || len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "OKActions") {
		t.Errorf("page %+v", p)
	}
	if text := strings.Join(p.Lines(time.UTC, 0), "\n"); !strings.Contains(text, "alarm    high was updated and") {
		t.Errorf("lines\n%s", text)
	}
	// An alarm that is gone has a page too.
	if p = source.Page(pager.Recovery, night, &e, &watch.Description{}); p.Summary() != "items: both is over after 0 seconds" || p.Notes != nil {
		t.Errorf("%q, %q", p.Summary(), p.Notes)
	}
}

package wire

import (
	"fmt"
	"strings"
	"testing/synctest"

	"lullaby/dynamo"
	"lullaby/storage"
	"lullaby/watch"
)

// metric calls an operation of CloudWatch.
func (w *faultWorld) metric(operation, body string) faultAnswer {
	return w.ask("GraniteServiceVersion20100801."+operation, body)
}

// watches returns a request for an operation of CloudWatch.
func watches(operation, body string) faultCase {
	return func(w *faultWorld) faultAnswer { return w.metric(operation, body) }
}

const (
	putData     = "X-Amz-Target: GraniteServiceVersion20100801.PutMetricData\n"
	listMetrics = "X-Amz-Target: GraniteServiceVersion20100801.ListMetrics\n"
)

// tooManyMetrics puts new metrics until they are refused.
func tooManyMetrics(w *faultWorld) faultAnswer {
	for n := range watch.MaxSeries/1000 + 1 {
		var b strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&b, `,{"MetricName":"m%d","Value":1}`, n*1000+i)
		}
		if a := w.metric("PutMetricData", `{"Namespace":"App","MetricData":[`+b.String()[1:]+`]}`); a.status != 200 {
			return a
		}
	}
	return faultAnswer{}
}

// unreadableDashboard reads a dashboard from a disk that fails.
func unreadableDashboard(w *faultWorld) faultAnswer {
	for i := range 5 {
		w.metric("PutDashboard", fmt.Sprintf(`{"DashboardName":"d%d","DashboardBody":"{\"a\":\"%s\"}"}`, i, strings.Repeat("a", 100_000)))
	}
	w.close()
	w.open(dynamo.Options{}, nil)
	w.fails.Store(true)
	defer w.fails.Store(false)
	return w.metric("GetDashboard", `{"DashboardName":"d1"}`)
}

// undecodableHistory reads an entry that the store has not written.
func undecodableHistory(w *faultWorld) faultAnswer {
	w.metric("PutCompositeAlarm", `{"AlarmName":"a","AlarmRule":"TRUE"}`)
	synctest.Wait()
	w.spoil(storage.Alarms)
	return w.metric("DescribeAlarmHistory", `{}`)
}

var metricCases = map[string]faultCase{
	"monitoring/validation":   watches("PutMetricAlarm", `{}`),
	"monitoring/value":        watches("PutMetricData", `{"Namespace":"App","MetricData":[{"MetricName":"m","Value":1,"Timestamp":1}]}`),
	"monitoring/combination":  watches("PutMetricData", `{"Namespace":"App","MetricData":[{"MetricName":"m"}]}`),
	"monitoring/missing":      watches("PutMetricData", `{}`),
	"monitoring/format":       watches("SetAlarmState", `{"AlarmName":"a","StateValue":"OK","StateReason":"r","StateReasonData":"x"}`),
	"monitoring/token":        watches("ListMetrics", `{"NextToken":"x"}`),
	"monitoring/limit":        tooManyMetrics,
	"monitoring/no alarm":     watches("SetAlarmState", `{"AlarmName":"a","StateValue":"OK","StateReason":"r"}`),
	"monitoring/no resource":  watches("ListTagsForResource", `{"ResourceARN":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}`),
	"monitoring/dashboard":    watches("PutDashboard", `{"DashboardName":"d","DashboardBody":"x"}`),
	"monitoring/no dashboard": watches("GetDashboard", `{"DashboardName":"d"}`),
	"monitoring/syntax":       watches("PutMetricData", `{`),
	"monitoring/form": sends("POST /", "Content-Type: "+formType+"\nAuthorization: "+credential("monitoring"),
		"Action=PutMetricData&Version=2010-08-01&MetricData.member.1.Value=x"),
	"monitoring/no signature":        keyed(sends("POST /", listMetrics+"Authorization: none", `{}`)),
	"monitoring/part of a signature": keyed(sends("POST /", listMetrics+"Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b", `{}`)),
	"monitoring/other service":       keyed(sends("POST /", listMetrics, `{}`)),
	"monitoring/unknown key": keyed(func(w *faultWorld) faultAnswer {
		return w.send("POST /", listMetrics+"Authorization: "+credential("monitoring"), `{}`)
	}),
	"monitoring/unbuilt":           watches("PutInsightRule", `{}`),
	"monitoring/unknown operation": watches("Nap", `{}`),
	"monitoring/too large":         sends("POST /", putData, strings.Repeat(" ", maxBody+1)),
	"monitoring/too many metrics":  sends("POST /", putData, `{"Namespace":"App"}`+strings.Repeat(" ", 1<<20)),
	"monitoring/too many queries":  sends("POST /", strings.ReplaceAll(putData, "PutMetricData", "GetMetricData"), strings.Repeat(" ", 600<<10+1)),
	"monitoring/undecoded":         sends("POST /", putData+"Content-Encoding: gzip", `{}`),
	"monitoring/disk":              unreadableDashboard,
	"monitoring/internal":          undecodableHistory,
}

package request_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

var now = instant.Of(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC))

// checked are the inputs by their operations.
var checked = map[string]func(text []byte) (error, error){
	"PutMetricData":           check(func(in *request.PutMetricDataInput) error { return in.Check(now) }),
	"GetMetricStatistics":     check(func(in *request.GetMetricStatisticsInput) error { return in.Check(now) }),
	"GetMetricData":           check((*request.GetMetricDataInput).Check),
	"ListMetrics":             check((*request.ListMetricsInput).Check),
	"PutMetricAlarm":          check((*request.PutMetricAlarmInput).Check),
	"PutCompositeAlarm":       check((*request.PutCompositeAlarmInput).Check),
	"DescribeAlarms":          check((*request.DescribeAlarmsInput).Check),
	"DescribeAlarmsForMetric": check((*request.DescribeAlarmsForMetricInput).Check),
	"DescribeAlarmHistory":    check((*request.DescribeAlarmHistoryInput).Check),
	"SetAlarmState":           check((*request.SetAlarmStateInput).Check),
	"PutDashboard":            check((*request.PutDashboardInput).Check),
	"DeleteAlarms":            check((*request.AlarmNamesInput).Check),
}

func check[In any](do func(in *In) error) func(text []byte) (error, error) {
	return func(text []byte) (refused, unread error) {
		in := new(In)
		if err := json.Unmarshal(text, in); err != nil {
			return nil, err
		}
		return do(in), nil
	}
}

// What AWS refuses. A script has requests, in shorthand perhaps, each with the refusal
// that it gets, or nothing.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		scripttest.Answers(t, file, func(line string) []string {
			operation, body, _ := strings.Cut(line, " ")
			return []string{answer(t, operation, scripttest.Expand(body))}
		})
	})
}

func answer(t *testing.T, operation, body string) string {
	t.Helper()
	do := checked[operation]
	if do == nil {
		t.Fatalf("there is no operation %s", operation)
	}
	refused, unread := do([]byte(body))
	if unread != nil {
		return "unread: " + unread.Error()
	}
	if refused == nil {
		return ""
	}
	kind, ok := errors.AsType[refusal.Kind](refused)
	if !ok {
		t.Errorf("%v has no kind", refused)
	}
	return kind.Code() + ": " + strings.ReplaceAll(refused.Error(), "\n", "|")
}

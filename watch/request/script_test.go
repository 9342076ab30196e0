package request_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
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

// What AWS refuses, in virtual time. A script has requests, each with the refusal that it
// gets behind "= ", empty for none. <x*80> is a text of that length, and [...]*9 a list
// of that many.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		operation, body := "", ""
		for i, line := range strings.Split(string(text), "\n") {
			switch {
			case line == "" || line[0] == '#':
			case line[0] == '=':
				want := strings.TrimSpace(line[1:])
				if got := answer(t, operation, body); got != want {
					t.Errorf("%s:%d: %s %.200s\ngot  %s\nwant %s", file, i+1, operation, body, got, want)
				}
			default:
				operation, body, _ = strings.Cut(line, " ")
			}
		}
	}
}

var (
	long   = regexp.MustCompile(`<(.)\*(\d+)>`)
	many   = regexp.MustCompile(`\[([^][]*)\]\*(\d+)`)
	number = func(text string) int { n, _ := strconv.Atoi(text); return n }
)

func answer(t *testing.T, operation, body string) string {
	t.Helper()
	body = long.ReplaceAllStringFunc(body, func(m string) string {
		parts := long.FindStringSubmatch(m)
		return strings.Repeat(parts[1], number(parts[2]))
	})
	body = many.ReplaceAllStringFunc(body, func(m string) string {
		parts := many.FindStringSubmatch(m)
		return "[" + strings.TrimSuffix(strings.Repeat(parts[1]+",", number(parts[2])), ",") + "]"
	})
	refused, unread := checked[operation]([]byte(body))
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

package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"lullaby/internal/uprun"
)

const lateAlarm = "late"

// A pageOf is what the test reads of a page.
type pageOf struct{ ID, Kind, Alarm string }

// pagesOf returns the pages that a phone has got, in their order.
func pagesOf(t *testing.T, p *phone) []pageOf {
	t.Helper()
	requests := p.requests()
	all := make([]pageOf, len(requests))
	for i, r := range requests {
		_, body, _ := strings.Cut(r, "\n")
		if err := json.Unmarshal([]byte(body), &all[i]); err != nil {
			t.Fatalf("%s: %v", r, err)
		}
	}
	return all
}

// different returns the pages with the first of those that came more than once.
func different(all []pageOf) []pageOf {
	var first []pageOf
	for _, p := range all {
		if !slices.Contains(first, p) {
			first = append(first, p)
		}
	}
	return first
}

// alarmsOf is a client of an up, with a number of attempts: among many answers of some
// kilobytes, Go's HTTP client sometimes closes the connection of one that it reads.
func alarmsOf(p *uprun.Process, attempts int) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		BaseEndpoint: &p.AWS, Region: "us-east-1", RetryMaxAttempts: attempts, Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}

// After kill -9 between an alarm's change and the end of its page, at any instant, the
// page goes out, and nobody gets one that there is not. A receiver that knows the IDs of
// pages gets each once, one that does not at most once more for the kill.
func TestKilledUpPages(t *testing.T) {
	t.Parallel()
	n := kills()
	if *killed == 0 {
		n = min(n, 10)
	}
	hook := newPhone(http.StatusNoContent, "")
	defer hook.Close()
	args := []string{"--bare", "--data", t.TempDir(), "--page", hook.URL}
	p := up(t, args...)
	topic := []string{"arn:aws:sns:us-east-1:123456789012:night"}
	for name, actions := range map[string][]string{lateAlarm: topic, "quiet": nil} {
		_, err := alarmsOf(p, 5).PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
			AlarmName: &name, Namespace: aws.String("App"), MetricName: aws.String("Age"), Statistic: types.StatisticMaximum, Period: aws.Int32(60),
			EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(5), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
			TreatMissingData: aws.String("ignore"), AlarmActions: actions, OKActions: actions,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for round := range n {
		to := []types.StateValue{types.StateValueAlarm, types.StateValueOk}[round%2]
		killAfter(t, p, to, time.Duration(round*37%100)*200*time.Microsecond)
		p = up(t, args...)
		changed := changesOf(t, p)
		waitFor(t, func() bool { return len(different(pagesOf(t, hook))) >= len(changed) })
		check(t, pagesOf(t, hook), changed)
		if t.Failed() {
			return
		}
		setState(t, p, to) // if the kill was faster
		waitFor(t, func() bool { return len(different(pagesOf(t, hook))) >= len(changesOf(t, p)) })
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	all := pagesOf(t, hook)
	t.Logf("%d kills, %d pages, %d of them twice", n, len(different(all)), len(all)-len(different(all)))
}

// killAfter sets the state of both alarms and kills up meanwhile, d after it was asked.
func killAfter(t *testing.T, p *uprun.Process, to types.StateValue, d time.Duration) {
	t.Helper()
	done := make(chan bool) // unbuffered; closed when the calls have ended
	go func() {
		defer close(done)
		for _, name := range []string{lateAlarm, "quiet"} {
			_, _ = alarmsOf(p, 1).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: &name, StateValue: to, StateReason: aws.String("a test")})
		}
	}()
	time.Sleep(d) // kills at different instants
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	<-done
}

func setState(t *testing.T, p *uprun.Process, to types.StateValue) {
	t.Helper()
	_, err := alarmsOf(p, 5).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String(lateAlarm), StateValue: to, StateReason: aws.String("a test")})
	if err != nil {
		t.Fatal(err)
	}
}

// changesOf returns the kinds of the pages that there should be, by the history of the
// alarm.
func changesOf(t *testing.T, p *uprun.Process) []string {
	t.Helper()
	out, err := alarmsOf(p, 5).DescribeAlarmHistory(t.Context(), &cloudwatch.DescribeAlarmHistoryInput{
		AlarmName: aws.String(lateAlarm), HistoryItemType: types.HistoryItemTypeStateUpdate, ScanBy: types.ScanByTimestampAscending, MaxRecords: aws.Int32(100),
	})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, item := range out.AlarmHistoryItems {
		switch {
		case strings.HasSuffix(*item.HistorySummary, "to ALARM"):
			kinds = append(kinds, "trigger")
		case strings.HasSuffix(*item.HistorySummary, "ALARM to OK"):
			kinds = append(kinds, "recovery")
		default:
			t.Fatal(*item.HistorySummary)
		}
	}
	return kinds
}

// check fails unless there is a page for each change, in the order of the changes, and
// none came more than twice.
func check(t *testing.T, all []pageOf, changed []string) {
	t.Helper()
	first := different(all)
	count, kinds := map[string]int{}, make([]string, 0, len(first))
	for _, p := range first {
		kinds = append(kinds, p.Kind)
	}
	if !slices.Equal(kinds, changed) {
		t.Errorf("pages %q, changes %q", kinds, changed)
	}
	for _, p := range all {
		if count[p.ID]++; count[p.ID] > 2 || p.Alarm != lateAlarm {
			t.Errorf("%+v came %d times", p, count[p.ID])
		}
	}
}

package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/request"
	"lullaby/watch/store"
)

func highOf(name string, periods int) *request.PutMetricAlarmInput {
	minute, threshold := 60, 5.0
	return &request.PutMetricAlarmInput{
		AlarmName: name, Namespace: latency.Namespace, MetricName: latency.Name, Dimensions: []watch.Dimension{function("f")}, Statistic: "Sum",
		Period: &minute, EvaluationPeriods: &periods, Threshold: &threshold, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "ignore",
		ActionsInput: request.ActionsInput{AlarmActions: []string{"arn:aws:sns:us-east-1:1:night"}},
		Tags:         []request.Tag{{Key: "team", Value: "a"}},
	}
}

func (d *disk) put(now instant.Instant, in *request.PutMetricAlarmInput) {
	d.t.Helper()
	if _, err := d.PutMetricAlarm(d.t.Context(), now, in); err != nil {
		d.t.Fatal(err)
	}
}

func (d *disk) history(in *request.DescribeAlarmHistoryInput) (summaries []string, next string) {
	d.t.Helper()
	out, err := d.DescribeAlarmHistory(d.t.Context(), begin, in)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, item := range out.AlarmHistoryItems {
		summaries = append(summaries, item.HistorySummary)
	}
	return summaries, out.NextToken
}

// A crash forgets no alarm, no state, no tag and no history, and an alarm goes on where
// it was.
func TestAlarmsSurviveACrash(t *testing.T) {
	d := newDisk(t)
	now := begin.Add(time.Hour)
	d.put(now, highOf("high", 1))
	for name, rule := range map[string]string{"a": "ALARM(z)", "z": "ALARM(high)"} { // a names one that comes later by name
		if name == "z" {
			if _, err := d.PutCompositeAlarm(t.Context(), now, &request.PutCompositeAlarmInput{AlarmName: name, AlarmRule: rule}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := d.PutCompositeAlarm(t.Context(), now, &request.PutCompositeAlarmInput{AlarmName: "a", AlarmRule: "ALARM(z)"}); err != nil {
		t.Fatal(err)
	}
	d.Add(now, d.Series(latency, function("f")), 10)
	d.Tick(now.Add(time.Minute))
	types := &request.DescribeAlarmsInput{AlarmTypes: []string{"MetricAlarm", "CompositeAlarm"}}
	before, err := d.DescribeAlarms(t.Context(), now, types)
	if err != nil || len(before.MetricAlarms) != 1 || len(before.CompositeAlarms) != 2 || before.CompositeAlarms[0].StateValue != watch.StateAlarm {
		t.Fatalf("%+v, %v", before, err)
	}
	history, _ := d.history(&request.DescribeAlarmHistoryInput{})
	d.crash()
	after, err := d.DescribeAlarms(t.Context(), now, types)
	if diff := cmp.Diff(before, after); err != nil || diff != "" {
		t.Errorf("alarms (-before +after): %v\n%s", err, diff)
	}
	if again, _ := d.history(&request.DescribeAlarmHistoryInput{}); !slices.Equal(again, history) {
		t.Errorf("history %q, before %q", again, history)
	}
	tags, err := d.ListTagsForResource(t.Context(), now, &request.ListTagsForResourceInput{ResourceARN: after.MetricAlarms[0].AlarmArn})
	if err != nil || len(tags.Tags) != 1 {
		t.Errorf("tags %v, %v", tags, err)
	}
	d.Add(now.Add(time.Minute), d.Series(latency, function("f")), 1)
	d.Tick(now.Add(2 * time.Minute))
	if all, _ := d.DescribeAlarms(t.Context(), now, types); all.MetricAlarms[0].StateValue != watch.StateOK || all.CompositeAlarms[0].StateValue != watch.StateOK {
		t.Errorf("afterwards: %+v", all)
	}
}

// An alarm on a long time sees what the disk has of it, after a crash too.
func TestLongAlarms(t *testing.T) {
	d := newDisk(t)
	d.Add(begin, d.Series(latency, function("f")), 10)
	now := begin.Add(8 * time.Hour)
	for at := begin; at < now; at = at.Add(time.Hour) {
		d.Tick(at)
	}
	hour, in := 3600, highOf("long", 8)
	in.Period, in.TreatMissingData = &hour, "notBreaching"
	in.DatapointsToAlarm = new(int)
	*in.DatapointsToAlarm = 1
	d.put(now, in)
	d.crash()
	d.Tick(now)
	state := func() watch.StateValue {
		all, err := d.DescribeAlarms(t.Context(), now, &request.DescribeAlarmsInput{})
		if err != nil {
			t.Fatal(err)
		}
		return all.MetricAlarms[0].StateValue
	}
	if got := state(); got != watch.StateAlarm {
		t.Errorf("8 hours after the sample: %s", got)
	}
	for ; now <= begin.Add(11*time.Hour); now = now.Add(10 * time.Minute) {
		d.Tick(now)
	}
	if got := state(); got != watch.StateOK {
		t.Errorf("11 hours after the sample: %s", got)
	}
}

// Actions come when the state is durable, and how they went is in the history.
func TestActions(t *testing.T) {
	var acted []string
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := store.New(db, store.Options{Act: func(action string, e watch.Event, _ watch.Description) error {
		acted = append(acted, action+" "+string(e.New.Value))
		if len(acted) > 1 {
			return errors.New("nobody there")
		}
		return nil
	}, Published: func(string, watch.Event, watch.Description) string { return "a message" }})
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{Store: s, t: t, db: db}
	d.put(begin, highOf("high", 1))
	for i := range 4 {
		s.Add(begin.Add(time.Duration(i)*time.Minute), s.Series(latency, function("f")), float64(10*(i%2)))
		s.Tick(begin.Add(time.Duration(i+1) * time.Minute))
	}
	if want := []string{"arn:aws:sns:us-east-1:1:night ALARM", "arn:aws:sns:us-east-1:1:night ALARM"}; !slices.Equal(acted, want) {
		t.Errorf("acted %q, want %q", acted, want)
	}
	got, _ := d.history(&request.DescribeAlarmHistoryInput{HistoryItemType: "Action", ScanBy: "TimestampAscending"})
	want := []string{"Successfully executed action arn:aws:sns:us-east-1:1:night", "Failed to execute action arn:aws:sns:us-east-1:1:night"}
	if !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
	out, err := s.DescribeAlarmHistory(t.Context(), begin, &request.DescribeAlarmHistoryInput{HistoryItemType: "Action", ScanBy: "TimestampAscending"})
	if err != nil || !strings.Contains(out.AlarmHistoryItems[0].HistoryData, `"publishedMessage":"a message","error":null`) ||
		strings.Contains(out.AlarmHistoryItems[1].HistoryData, "publishedMessage") {
		t.Errorf("what was published is in %+v, %v", out, err)
	}
}

// An action that is done again each minute is in the history once, unless it fails.
func TestRepeatedActions(t *testing.T) {
	done := 0
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := store.New(db, store.Options{Act: func(string, watch.Event, watch.Description) error {
		if done++; done == 3 {
			return errors.New("nobody there")
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{Store: s, t: t, db: db}
	high := highOf("high", 1)
	const policy = "arn:aws:autoscaling:us-east-1:1:scalingPolicy:p"
	high.AlarmActions = []string{policy}
	d.put(begin, high)
	for i := range 5 {
		s.Add(begin.Add(time.Duration(i)*time.Minute), s.Series(latency, function("f")), 10)
		s.Tick(begin.Add(time.Duration(i+1) * time.Minute))
	}
	got, _ := d.history(&request.DescribeAlarmHistoryInput{HistoryItemType: "Action", ScanBy: "TimestampAscending"})
	want := []string{"Successfully executed action " + policy, "Failed to execute action " + policy}
	if done != 5 || !slices.Equal(got, want) {
		t.Errorf("after %d actions the history is %q, want %q", done, got, want)
	}
}

// The history comes in pages, in either order, and of a time; after 30 days it is gone.
func TestHistoryIsForgotten(t *testing.T) {
	d := newDisk(t)
	for i := range 5 {
		d.put(begin.Add(time.Duration(i)*24*time.Hour), highOf("high", 1+i))
	}
	two := 2
	for _, scan := range []string{"TimestampDescending", "TimestampAscending"} {
		in, n := &request.DescribeAlarmHistoryInput{MaxRecords: &two, ScanBy: scan}, 0
		for {
			got, next := d.history(in)
			n += len(got)
			if in.NextToken = next; next == "" {
				break
			}
		}
		if n != 5 {
			t.Errorf("%s: %d entries, want 5", scan, n)
		}
	}
	at := func(days int) *request.Timestamp {
		return &request.Timestamp{Instant: begin.Add(time.Duration(days) * 24 * time.Hour)}
	}
	if got, _ := d.history(&request.DescribeAlarmHistoryInput{StartDate: at(1), EndDate: at(3)}); len(got) != 2 {
		t.Errorf("of two days: %q", got)
	}
	d.Tick(begin.Add(32 * 24 * time.Hour))
	if got, _ := d.history(&request.DescribeAlarmHistoryInput{}); len(got) != 3 {
		t.Errorf("after 32 days: %q, want what is younger than 30", got)
	}
}

// Names that exist are deleted even if others do not.
func TestDeleteAlarms(t *testing.T) {
	d := newDisk(t)
	d.put(begin, highOf("high", 1))
	if _, err := d.DeleteAlarms(t.Context(), begin, &request.AlarmNamesInput{AlarmNames: []string{"low", "high"}}); err == nil {
		t.Error("no refusal of low")
	}
	d.crash()
	if all, err := d.DescribeAlarms(t.Context(), begin, &request.DescribeAlarmsInput{}); err != nil || len(all.MetricAlarms) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

// A line of a function's log puts its metrics; other lines put nothing.
func TestPutEmbedded(t *testing.T) {
	d := newDisk(t)
	for _, line := range []string{
		"hello", `{"level":"info"}`,
		`{"_aws":{"Timestamp":1767225600000,"CloudWatchMetrics":[{"Namespace":"AWS/Lambda","Dimensions":[["FunctionName"]],"Metrics":[{"Name":"x"}]}]},"FunctionName":"f","x":1}`,
		`{"_aws":{"Timestamp":1767225600000,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[["FunctionName"]],"Metrics":[{"Name":"Duration","Unit":"Milliseconds"}]}]},` +
			`"FunctionName":"f","Duration":[1.5,2]}`,
	} {
		d.PutEmbedded(begin, line)
	}
	list, err := d.ListMetrics(t.Context(), begin, &request.ListMetricsInput{})
	if err != nil || len(list.Metrics) != 1 || list.Metrics[0].Namespace != "App" {
		t.Fatalf("%+v, %v", list, err)
	}
	number := d.Series(watch.Metric{Namespace: "App", Name: "Duration", Unit: watch.Milliseconds}, function("f"))
	got, err := d.Read(begin.Add(time.Hour), number, watch.Sum, begin, begin.Add(time.Hour), time.Minute)
	if err != nil || got[begin] != 3.5 {
		t.Errorf("%v, %v; want 3.5 at %v", got, err, begin)
	}
}

package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
	"lullaby/watch/store"
)

func (d *disk) declare(now instant.Instant, to store.Declaration) {
	d.t.Helper()
	if err := d.Declare(now, to); err != nil {
		d.t.Fatal(err)
	}
}

func (d *disk) alarm(name string) (m store.MetricAlarm, ok bool) {
	d.t.Helper()
	out, err := d.DescribeAlarms(d.t.Context(), begin, &request.DescribeAlarmsInput{AlarmNames: []string{name}, AlarmTypes: []string{"MetricAlarm", "CompositeAlarm"}})
	if err != nil {
		d.t.Fatal(err)
	}
	if len(out.MetricAlarms) == 0 {
		return m, len(out.CompositeAlarms) > 0
	}
	return out.MetricAlarms[0], true
}

func (d *disk) dashboards() map[string]string {
	d.t.Helper()
	bodies := map[string]string{}
	all, err := d.ListDashboards(d.t.Context(), begin, &request.ListDashboardsInput{})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range all.DashboardEntries {
		one, err := d.GetDashboard(d.t.Context(), begin, &request.DashboardInput{DashboardName: e.DashboardName})
		if err != nil {
			d.t.Fatal(err)
		}
		bodies[e.DashboardName] = one.DashboardBody
	}
	return bodies
}

// An alarm of a template follows it and keeps its state, also over a crash; what
// the API changed stays until the template changes; what is of no template stays.
func TestDeclare(t *testing.T) {
	d := newDisk(t)
	now := begin.Add(time.Hour)
	first := store.Declaration{
		Alarms:     []*request.PutMetricAlarmInput{highOf("high", 1), highOf("gone", 1)},
		Composites: []*request.PutCompositeAlarmInput{{AlarmName: "both", AlarmRule: "ALARM(high) AND ALARM(gone)"}},
		Dashboards: []*request.PutDashboardInput{{DashboardName: "a", DashboardBody: "{}"}, {DashboardName: "old", DashboardBody: "{}"}},
	}
	d.declare(now, first)
	d.put(now, highOf("hand", 1))
	if _, err := d.PutDashboard(t.Context(), now, &request.PutDashboardInput{DashboardName: "hand", DashboardBody: "{}"}); err != nil {
		t.Fatal(err)
	}
	if _, there := d.alarm("both"); !there {
		t.Error("there is no composite alarm")
	}
	d.Add(now, d.Series(latency, function("f")), 10)
	d.Tick(now.Add(time.Minute))
	if high, _ := d.alarm("high"); high.StateValue != watch.StateAlarm {
		t.Fatalf("state %s, want ALARM", high.StateValue)
	}
	if _, err := d.DisableAlarmActions(t.Context(), now, &request.AlarmNamesInput{AlarmNames: []string{"high"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.PutDashboard(t.Context(), now, &request.PutDashboardInput{DashboardName: "a", DashboardBody: `{"by":"hand"}`}); err != nil {
		t.Fatal(err)
	}
	before, _ := d.history(&request.DescribeAlarmHistoryInput{})

	d.crash()
	d.declare(now.Add(2*time.Minute), first)
	if after, _ := d.history(&request.DescribeAlarmHistoryInput{}); !cmp.Equal(before, after) {
		t.Errorf("the same template again changed something:\n%s", cmp.Diff(before, after))
	}
	if high, _ := d.alarm("high"); high.ActionsEnabled {
		t.Error("the same template again has undone what a person did")
	}
	if diff := cmp.Diff(map[string]string{"a": `{"by":"hand"}`, "old": "{}", "hand": "{}"}, d.dashboards()); diff != "" {
		t.Errorf("dashboards (-want +got):\n%s", diff)
	}

	changed := highOf("high", 2)
	changed.Tags = nil
	d.declare(now.Add(3*time.Minute), store.Declaration{
		Alarms: []*request.PutMetricAlarmInput{changed}, Dashboards: []*request.PutDashboardInput{{DashboardName: "a", DashboardBody: "{ }"}},
	})
	d.crash()
	high, _ := d.alarm("high")
	if !high.ActionsEnabled || high.EvaluationPeriods != 2 || high.StateValue != watch.StateAlarm {
		t.Errorf("the alarm is %+v", high)
	}
	tags, err := d.ListTagsForResource(t.Context(), now, &request.ListTagsForResourceInput{ResourceARN: high.AlarmArn})
	if err != nil || len(tags.Tags) != 0 {
		t.Errorf("tags %v, %v", tags, err)
	}
	for name, want := range map[string]bool{"gone": false, "both": false, "hand": true} {
		if _, there := d.alarm(name); there != want {
			t.Errorf("alarm %s is there: %v", name, there)
		}
	}
	if diff := cmp.Diff(map[string]string{"a": "{ }", "hand": "{}"}, d.dashboards()); diff != "" {
		t.Errorf("dashboards (-want +got):\n%s", diff)
	}
}

// What CloudWatch refuses is refused by name.
func TestDeclareRefused(t *testing.T) {
	for name, d := range map[string]store.Declaration{
		"high":  {Alarms: []*request.PutMetricAlarmInput{highOf("high", 0)}},
		"above": {Composites: []*request.PutCompositeAlarmInput{{AlarmName: "above", AlarmRule: "ALARM(none)"}}},
		"a b":   {Dashboards: []*request.PutDashboardInput{{DashboardName: "a b", DashboardBody: "{}"}}},
	} {
		err := newDisk(t).Declare(begin, d)
		if refused, ok := errors.AsType[*store.DeclareError](err); !ok || refused.Name != name {
			t.Errorf("Declare = %v, want a refusal of %s", err, name)
		}
		if kind, ok := errors.AsType[refusal.Kind](err); name == "high" && (!ok || kind != refusal.Validation) {
			t.Errorf("Declare = %v of kind %v", err, kind)
		}
	}
}

package autoscale_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"lullaby/autoscale"
	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
	"lullaby/watch"
)

func registration(table string) *request.RegisterScalableTargetInput {
	return &request.RegisterScalableTargetInput{
		Scalable: scalable(autoscale.ResourceOf(table, "", false)), MinCapacity: new(int32(5)), MaxCapacity: new(int32(100)),
	}
}

// An account has 5,000 targets, a target 50 policies and 200 scheduled actions.
func TestQuotas(t *testing.T) {
	w := newWorld()
	limited := func(what string, err error, want bool) {
		t.Helper()
		if got := errors.Is(err, refusal.LimitExceeded); got != want || err != nil && !got {
			t.Fatalf("%s: %v, want a limit exceeded: %v", what, err, want)
		}
	}
	for i := range 5001 {
		_, _, err := w.scaler.Register(w.now, registration(fmt.Sprintf("table%d", i)), autoscale.Current{Units: 10})
		limited(fmt.Sprint("target ", i+1), err, i == 5000)
	}
	r := autoscale.ResourceOf("table0", "", false)
	for i := range 51 {
		_, _, err := w.scaler.PutPolicy(w.now, &request.PutScalingPolicyInput{
			PolicyName: new(fmt.Sprint("policy", i)), Scalable: scalable(r), PolicyType: new(request.TargetTrackingScaling),
			TargetTrackingScalingPolicyConfiguration: tracking(r, &words{keys: map[string]string{"target": "50", "metric": fmt.Sprint("App:load", i)}}),
		})
		limited(fmt.Sprint("policy ", i+1), err, i == 50)
	}
	for i := range 201 {
		_, err := w.scaler.PutScheduledAction(w.now, &request.PutScheduledActionInput{
			ScheduledActionName: new(fmt.Sprint("action", i)), Scalable: scalable(r), Schedule: new("rate(1 day)"),
			ScalableTargetAction: &request.ScalableTargetAction{MinCapacity: new(int32(6))},
		})
		limited(fmt.Sprint("scheduled action ", i+1), err, i == 200)
	}
	if _, _, err := w.scaler.Register(w.now, registration("table0"), autoscale.Current{Units: 10}); err != nil {
		t.Errorf("a target that there is: %v", err)
	}
}

// Activities are kept for six weeks, and a store is told which are not.
func TestActivitiesAreForgotten(t *testing.T) {
	w := newWorld()
	w.play("table orders write=10")
	w.play("register orders write min=5 max=100")
	w.play("schedule s orders write min=6 rate(7 days)")
	for day := 7; day <= 56; day += 7 {
		w.play(fmt.Sprintf("sleep to %dh", 24*day))
		w.play(fmt.Sprintf("run to %dh", 24*day))
	}
	got := w.scaler.Activities(w.now)
	if len(got) != 7 || got[0].Number != 8 || got[6].Number != 2 || len(w.activities) != 7 {
		t.Errorf("%d activities, from %d to %d, and a store has %d; want the 7 of the last six weeks, to their end", len(got), got[6].Number, got[0].Number, len(w.activities))
	}
}

// What a policy's metric math cannot be is refused as CloudWatch refuses it.
func TestMathOfPolicies(t *testing.T) {
	w := newWorld()
	w.play("table orders write=10")
	w.play("register orders write min=5 max=100")
	r := autoscale.ResourceOf("orders", "", false)
	stat := &request.MetricStat{Metric: &request.Metric{Namespace: new("App"), MetricName: new("backlog")}, Stat: new("Sum"), Unit: new("Count")}
	put := func(expression string) (autoscale.Policy, error) {
		config := &request.TargetTracking{TargetValue: new(10.0), CustomizedMetricSpecification: &request.CustomizedMetric{Metrics: []request.MetricDataQuery{
			{Id: new("m"), MetricStat: stat, ReturnData: new(false)}, {Id: new("e"), Expression: &expression, Label: new("each")},
		}}}
		p, e, err := w.scaler.PutPolicy(w.now, &request.PutScalingPolicyInput{
			PolicyName: new("p"), Scalable: scalable(r), PolicyType: new(request.TargetTrackingScaling), TargetTrackingScalingPolicyConfiguration: config,
		})
		w.apply(e)
		return p, err
	}
	if _, err := put("SEARCH('{App} load', 'Sum')"); !errors.Is(err, refusal.Validation) {
		t.Errorf("SEARCH: %v, want a refusal", err)
	}
	p, err := put("m / 4")
	if err != nil {
		t.Fatal(err)
	}
	d, ok := w.alarms.Describe(p.Alarms.High)
	if !ok || d.Metric.Threshold != 10 || d.Metric.EvaluationPeriods != 3 || len(d.Metric.Metrics) != 2 {
		t.Errorf("the high alarm is %+v", d.Metric)
	}
	series := w.store.Series(watch.Metric{Namespace: "App", Name: "backlog", Unit: watch.Count})
	for minute := range 4 {
		w.store.Add(w.now.Add(time.Duration(minute)*time.Minute), series, 80)
	}
	w.play("run to 5m10s")
	if of, _ := w.scaler.Target(r); of.Units != 40 {
		t.Errorf("%d units, want 40: 80 / 4 is twice the target, in two minutes", of.Units)
	}
}

// Tags are those of a target by its ARN.
func TestTags(t *testing.T) {
	w := newWorld()
	in := registration("orders")
	in.Tags = map[string]string{"stage": "night", "team": "a"}
	of, _, err := w.scaler.Register(w.now, in, autoscale.Current{Units: 10})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.scaler.Tag(&request.TagResourceInput{ResourceARN: &of.ARN, Tags: map[string]string{"team": "b"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.scaler.Untag(&request.UntagResourceInput{ResourceARN: &of.ARN, TagKeys: []string{"stage"}}); err != nil {
		t.Fatal(err)
	}
	got, err := w.scaler.Tags(&request.ListTagsForResourceInput{ResourceARN: &of.ARN})
	if err != nil || len(got) != 1 || got["team"] != "b" || of.Tags["team"] != "a" {
		t.Errorf("tags %v (%v), and of before %v", got, err, of.Tags)
	}
	many := map[string]string{}
	for i := range 50 {
		many[strconv.Itoa(i)] = ""
	}
	if _, err := w.scaler.Tag(&request.TagResourceInput{ResourceARN: &of.ARN, Tags: many}); !errors.Is(err, refusal.TooManyTags) {
		t.Errorf("51 tags: %v", err)
	}
	gone := of.ARN + "0"
	if _, err := w.scaler.Tags(&request.ListTagsForResourceInput{ResourceARN: &gone}); !errors.Is(err, refusal.ResourceNotFound) {
		t.Errorf("no such target: %v", err)
	}
}

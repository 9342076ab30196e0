package store_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/autoscale/request"
	"lullaby/autoscale/store"
	"lullaby/instant"
)

// declaration returns a declaration of the write units of the table, with policies by
// name, each with a target in percent, and a scheduled action.
func declaration(t *testing.T, bounds string, policies map[string]string, action string) store.Declaration {
	t.Helper()
	const of = `"ServiceNamespace":"dynamodb","ResourceId":"table/orders","ScalableDimension":"dynamodb:table:WriteCapacityUnits",`
	var d store.Declaration
	read := func(text string, to any) {
		if err := json.Unmarshal([]byte("{"+of+text+"}"), to); err != nil {
			t.Fatal(err)
		}
	}
	d.Target = new(request.RegisterScalableTargetInput)
	read(bounds, d.Target)
	for _, name := range []string{"a", "b"} {
		if target := policies[name]; target != "" {
			p := new(request.PutScalingPolicyInput)
			metric := `"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"}`
			if name == "b" && policies["a"] != "" { // a metric has one policy
				metric = `"CustomizedMetricSpecification":{"Namespace":"Shop","MetricName":"depth","Statistic":"Average"}`
			}
			read(`"PolicyName":"`+name+`","PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":{"TargetValue":`+target+`,`+metric+`}`, p)
			d.Policies = append(d.Policies, p)
		}
	}
	if action != "" {
		a := new(request.PutScheduledActionInput)
		read(`"ScheduledActionName":"`+action+`","Schedule":"rate(1 day)","ScalableTargetAction":{"MinCapacity":6}`, a)
		d.Actions = append(d.Actions, a)
	}
	return d
}

func (w *world) declare(all ...store.Declaration) error {
	w.t.Helper()
	defer synctest.Wait()
	return w.Declare(w.t.Context(), instant.Of(time.Now()), all)
}

// has fails the test unless what the API tells has some texts, and not others, which begin
// with "!".
func (w *world) has(texts ...string) {
	w.t.Helper()
	all := w.described()
	for _, text := range texts {
		if not, found := strings.CutPrefix(text, "!"); found == strings.Contains(all, not) {
			w.t.Errorf("want %s in\n%s", text, all)
		}
	}
}

// A target of a template follows it, over a crash too; the table's units and the alarms
// stay if the template does, and so does what others made or changed.
func TestDeclare(t *testing.T) {
	inWorld(t, func(w *world) {
		first := declaration(t, `"MinCapacity":5,"MaxCapacity":200`, map[string]string{"a": "50", "b": "60"}, "morning")
		if err := w.declare(first); err != nil {
			t.Fatal(err)
		}
		w.has(`"MinCapacity":5,"MaxCapacity":200`, `"PolicyName":"a"`, `"PolicyName":"b"`, `"ScheduledActionName":"morning"`)
		w.tables.set(writes, 40)
		w.do("PutScheduledAction", `,"ScheduledActionName":"hand","Schedule":"rate(1 day)","ScalableTargetAction":{"MinCapacity":7}`)
		w.do("RegisterScalableTarget", `,"MaxCapacity":150`)
		w.crash()
		before := w.described()
		if err := w.declare(first); err != nil {
			t.Fatal(err)
		}
		if after := w.described(); after != before {
			t.Errorf("the same template again changed\n%s\nto\n%s", before, after)
		}
		if got := w.tables.units[writes]; got != 40 {
			t.Errorf("%d units, want 40", got)
		}

		if err := w.declare(declaration(t, `"MinCapacity":50,"MaxCapacity":100`, map[string]string{"a": "70"}, "")); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		w.crash()
		w.has(`"MinCapacity":50,"MaxCapacity":100`, `"PolicyName":"a"`, `"TargetValue":70`, `!"PolicyName":"b"`, `!"ScheduledActionName":"morning"`, `"ScheduledActionName":"hand"`)
		if got := w.tables.units[writes]; got != 50 {
			t.Errorf("%d units, want the least, 50", got)
		}
		if all, _ := w.alarms.names(); len(all) != 4 {
			t.Errorf("alarms %q, want those of one policy", all)
		}

		if err := w.declare(declaration(t, `"MinCapacity":50,"MaxCapacity":100`, map[string]string{"b": "70"}, "")); err != nil {
			t.Fatalf("a policy gets another name: %v", err)
		}
		w.has(`!"PolicyName":"a"`, `"PolicyName":"b"`)
		if err := w.declare(); err != nil {
			t.Fatal(err)
		}
		w.has(`!"PolicyName"`, `!"MinCapacity":50,"MaxCapacity"`)
		if all, _ := w.alarms.names(); len(all) != 0 {
			t.Errorf("alarms %q of no policy", all)
		}
		if err := w.declare(); err != nil {
			t.Errorf("what was deleted is deleted again: %v", err)
		}
	})
}

// A target that others made stays when a template does not have it.
func TestDeclareKeepsWhatOthersMade(t *testing.T) {
	inWorld(t, func(w *world) {
		w.scaled()
		before := w.described()
		if err := w.declare(); err != nil {
			t.Fatal(err)
		}
		if after := w.described(); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// What is gone is made again, as long as the template has it, and what is refused says
// what it is.
func TestDeclareAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		d := declaration(t, `"MinCapacity":5,"MaxCapacity":200`, map[string]string{"a": "50"}, "morning")
		if err := w.declare(d); err != nil {
			t.Fatal(err)
		}
		in := &request.DeleteScheduledActionInput{ScheduledActionName: d.Actions[0].ScheduledActionName, Scalable: d.Actions[0].Scalable}
		if _, err := w.DeleteScheduledAction(t.Context(), instant.Of(time.Now()), in); err != nil {
			t.Fatal(err)
		}
		w.do("DeleteScalingPolicy", `,"PolicyName":"a"`)
		if err := w.declare(d); err != nil {
			t.Fatal(err)
		}
		w.has(`"PolicyName":"a"`, `"ScheduledActionName":"morning"`)
		w.do("DeregisterScalableTarget", "")
		if err := w.declare(d); err != nil {
			t.Fatal(err)
		}
		w.has(`"PolicyName":"a"`, `"ScheduledActionName":"morning"`)

		for bad, want := range map[*store.Declaration]string{
			new(declaration(t, `"MinCapacity":5,"MaxCapacity":200`, map[string]string{"b": "95"}, "")): "b: Target value must be",
			new(declaration(t, `"MinCapacity":5,"MaxCapacity":200`, nil, "a/b")):                       "a/b: 1 validation error detected",
			new(declaration(t, `"MinCapacity":5,"MaxCapacity":4`, nil, "")):                            "table/orders: Maximum capacity",
		} {
			err := w.declare(*bad)
			if refused, ok := errors.AsType[*store.DeclareError](err); !ok || !strings.HasPrefix(refused.Error(), want) {
				t.Errorf("Declare = %v, want %s", err, want)
			}
		}
	})
}

package autoscale_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/watch"
)

func (w *world) refused(e autoscale.Effects, err error) {
	if err != nil {
		w.tell("refused: %v", err)
	}
	w.apply(e)
}

func (w *world) play(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	s := split(rest)
	switch verb {
	case "clear":
		assumed := w.scaler.Assumed
		*w = *newWorld()
		w.scaler.NewID, w.scaler.Assumed = w.newID, assumed
	case "assume":
		w.scaler.Assumed = autoscale.Strict
	case "tell":
		w.alarmsTold = true
	case "consumed", "metric":
		w.put(verb, &s)
	case "run":
		w.run(after(s.plain[1]))
	case "sleep":
		w.now = after(s.plain[1])
	case "back":
		w.now = w.now.Add(-after(s.plain[0]).Sub(midnight))
	case "restart":
		w.restart()
	case "show":
		w.show(&s)
	case "deliver":
		w.deliver(&s)
	case "table", "traffic", "update", "mode", "drop":
		w.playTable(verb, &s)
	default:
		w.playScaler(verb, rest, &s)
	}
}

func (w *world) playTable(verb string, s *words) {
	units := func(prefix string, of plan.Units) plan.Units {
		for key, to := range map[string]*int64{"read": &of.Read, "write": &of.Write} {
			if text, ok := s.keys[prefix+key]; ok {
				*to = integer(text)
			}
		}
		return of
	}
	t := w.tables[s.plain[0]]
	switch verb {
	case "table":
		var indexes []plan.IndexChange
		for key := range s.keys {
			if name, _, ok := strings.Cut(key, ":"); ok {
				u := units(name+":", plan.Units{Read: 5, Write: 5})
				indexes = append(indexes, plan.IndexChange{Name: name, Action: plan.CreateIndex, Units: &u})
			}
		}
		w.addTable(s.plain[0], units("", plan.Units{Read: 5, Write: 5}), s.has("drained"), indexes)
	case "traffic":
		from, to := s.span()
		rate := integer(strings.TrimSuffix(s.plain[2], "/s"))
		direction := map[string]capacity.Direction{"read": capacity.Read, "write": capacity.Write}[s.plain[1]]
		t.flows = append(t.flows, flow{direction: direction, next: from, end: to, every: time.Second / time.Duration(rate)})
	case "update":
		u := units("", t.Units)
		w.refused(autoscale.Effects{}, w.request(t, &plan.Change{Units: &u}))
	case "mode":
		c := &plan.Change{Mode: plan.OnDemand}
		if !s.has("on-demand") {
			u := units("", plan.Units{Read: 5, Write: 5})
			c = &plan.Change{Mode: plan.Provisioned, Units: &u}
		}
		w.refused(autoscale.Effects{}, w.request(t, c))
	case "drop":
		w.drop(t)
	}
}

func (w *world) playScaler(verb, rest string, s *words) {
	target := func(i int) (autoscale.Resource, request.Scalable) {
		r := resource(s.plain[i], s.plain[i+1])
		return r, scalable(r)
	}
	switch verb {
	case "register":
		r, in := target(0)
		_, e, err := w.scaler.Register(w.now, &request.RegisterScalableTargetInput{
			Scalable: in, MinCapacity: s.number("min"), MaxCapacity: s.number("max"), SuspendedState: suspended(s),
		}, w.unitsOf(r))
		w.refused(e, err)
	case "deregister":
		_, in := target(0)
		w.refused(w.scaler.Deregister(w.now, &request.DeregisterScalableTargetInput{Scalable: in}))
	case "policy":
		r, in := target(1)
		_, e, err := w.scaler.PutPolicy(w.now, &request.PutScalingPolicyInput{
			PolicyName: &s.plain[0], Scalable: in, PolicyType: new(request.TargetTrackingScaling), TargetTrackingScalingPolicyConfiguration: tracking(r, s),
		})
		w.refused(e, err)
	case "delete":
		_, in := target(1)
		w.refused(w.scaler.DeletePolicy(w.now, &request.DeleteScalingPolicyInput{PolicyName: &s.plain[0], Scalable: in}))
	case "schedule":
		_, in := target(1)
		put := &request.PutScheduledActionInput{ScheduledActionName: &s.plain[0], Scalable: in}
		if i := strings.IndexAny(rest, "("); i > 0 {
			i = strings.LastIndex(rest[:i], " ") + 1
			put.Schedule = new(rest[i:])
		}
		if zone, ok := s.keys["zone"]; ok {
			put.Timezone = &zone
		}
		for key, to := range map[string]**request.Timestamp{"start": &put.StartTime, "end": &put.EndTime} {
			if text, ok := s.keys[key]; ok {
				*to = new(request.TimestampOf(after(text)))
			}
		}
		if least, most := s.number("min"), s.number("max"); least != nil || most != nil {
			put.ScalableTargetAction = &request.ScalableTargetAction{MinCapacity: least, MaxCapacity: most}
		}
		w.refused(w.scaler.PutScheduledAction(w.now, put))
	case "unschedule":
		_, in := target(1)
		w.refused(w.scaler.DeleteScheduledAction(w.now, &request.DeleteScheduledActionInput{ScheduledActionName: &s.plain[0], Scalable: in}))
	default:
		panic("unknown line " + verb)
	}
}

func suspended(s *words) *request.SuspendedState {
	var state request.SuspendedState
	for key, to := range map[string]bool{"suspend": true, "resume": false} {
		for what := range strings.SplitSeq(s.keys[key], ",") {
			switch what {
			case "in":
				state.DynamicScalingInSuspended = &to
			case "out":
				state.DynamicScalingOutSuspended = &to
			case "scheduled":
				state.ScheduledScalingSuspended = &to
			}
		}
	}
	return &state
}

func tracking(r autoscale.Resource, s *words) *request.TargetTracking {
	config := &request.TargetTracking{ScaleOutCooldown: s.number("out"), ScaleInCooldown: s.number("in"), TargetValue: new(float(s.keys["target"]))}
	if s.has("no-in") {
		config.DisableScaleIn = new(true)
	}
	if metric, ok := s.keys["metric"]; ok {
		space, name, _ := strings.Cut(metric, ":")
		config.CustomizedMetricSpecification = &request.CustomizedMetric{Namespace: &space, MetricName: &name, Statistic: new("Average")}
		return config
	}
	kind := request.WriteUtilization
	if r.Reads() {
		kind = request.ReadUtilization
	}
	config.PredefinedMetricSpecification = &request.PredefinedMetric{PredefinedMetricType: &kind}
	return config
}

// put adds samples to a metric.
func (w *world) put(verb string, s *words) {
	series, value := w.series(verb, s)
	for at, to := s.span(); at < to; at = at.Add(time.Minute) {
		w.store.Add(at, series, value)
	}
}

// series returns what a line adds samples to, and their value.
func (w *world) series(verb string, s *words) (series watch.Series, value float64) {
	if verb == "metric" {
		space, name, _ := strings.Cut(s.plain[0], ":")
		return w.store.Series(watch.Metric{Namespace: space, Name: name, Unit: watch.Count}), float(s.plain[1])
	}
	r := resource(s.plain[0], s.plain[1])
	name := "ConsumedWriteCapacityUnits"
	if r.Reads() {
		name = "ConsumedReadCapacityUnits"
	}
	dimensions := []watch.Dimension{{Name: "TableName", Value: r.Table()}}
	if r.Index() != "" {
		dimensions = append(dimensions, watch.Dimension{Name: "GlobalSecondaryIndexName", Value: r.Index()})
	}
	return w.store.Series(watch.Metric{Namespace: "AWS/DynamoDB", Name: name, Unit: watch.Count}, dimensions...), float(s.plain[2])
}

// deliver delivers an event of an alarm of a policy, with datapoints.
func (w *world) deliver(s *words) {
	of, _ := w.scaler.Target(resource(s.plain[1], s.plain[2]))
	for _, p := range of.Policies {
		if p.Name != s.plain[0] {
			continue
		}
		name := map[string]string{"high": p.Alarms.High, "low": p.Alarms.Low, "other": "other", "provisioned": p.Alarms.ProvisionedLow}[s.plain[3]]
		d, _ := w.alarms.Describe(name)
		threshold := 0.0
		if d.Metric != nil {
			threshold = d.Metric.Threshold
		}
		event := &watch.Event{At: w.now, Alarm: name, Changed: !s.has("again"), New: watch.AlarmState{Value: watch.StateAlarm}}
		if s.plain[4] != "none" {
			event.New.ReasonData = fmt.Sprintf(`{"recentDatapoints":[%s],"threshold":%v}`, s.plain[4], threshold)
		}
		w.refused(w.scaler.Act(w.now, p.ARN+":createdBy/"+p.CreatedBy, event))
		return
	}
	w.refused(w.scaler.Act(w.now, "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:gone", &watch.Event{}))
}

// restart makes a scaler of what a store has kept.
func (w *world) restart() {
	w.scaler = &autoscale.Scaler{Assumed: w.scaler.Assumed, NewID: w.newID}
	for _, kept := range w.kept {
		var of autoscale.Target
		if err := json.Unmarshal([]byte(kept), &of); err != nil {
			panic(err)
		}
		w.scaler.Restore(of)
	}
	for _, a := range w.activities {
		var of autoscale.Activity
		if err := json.Unmarshal([]byte(encoded(a)), &of); err != nil {
			panic(err)
		}
		w.scaler.RestoreActivity(of)
	}
}

// show tells what there is.
func (w *world) show(s *words) {
	add := func(format string, args ...any) { w.told = append(w.told, short(fmt.Sprintf(format, args...))) }
	targets := w.scaler.Targets()
	switch s.plain[0] {
	case "targets":
		for _, t := range targets {
			add("%s %s %d..%d at %d, suspended %+v", t.Resource.ID, t.Resource.Dimension, t.MinCapacity, t.MaxCapacity, t.Units, t.Suspended)
		}
	case "policies":
		for _, t := range targets {
			for _, p := range t.Policies {
				add("%s %s: %s", p.ARN, p.CreatedBy, strings.Join(p.Alarms.Names(), " "))
			}
		}
	case "actions":
		for _, t := range targets {
			for _, a := range t.ScheduledActions {
				add("%s %s %s", a.ARN, a.Schedule, a.Timezone)
			}
		}
	case "activities":
		for _, a := range w.scaler.Activities(w.now) {
			add("%d %s %s", a.Number, clock(a.Start), activity(&a))
		}
	case "messages":
		for _, a := range w.scaler.Activities(w.now) {
			w.told = append(w.told, string(a.Status)+" | "+a.Description+" | "+a.Cause+" | "+a.StatusMessage)
		}
	case "alarms":
		for d := range w.alarms.All() {
			m := d.Metric
			add("%s %s: %s.%s %s of %d x %d s, %s %v", strings.TrimPrefix(d.Name, "TargetTracking-table/"), d.State.Value, m.Namespace, m.MetricName, m.Statistic,
				m.EvaluationPeriods, m.Period, strings.TrimSuffix(m.ComparisonOperator, "Threshold"), m.Threshold)
		}
	case "traffic":
		for _, f := range w.tables[s.plain[1]].flows {
			text := fmt.Sprintf("%d taken, %d refused", f.admitted, f.refused)
			if len(f.refusals) > 0 {
				text += fmt.Sprintf(" from %s to %s", clock(f.refusals[0]), clock(f.refusals[len(f.refusals)-1]))
			}
			add("%s", text)
		}
	default:
		panic("show what?")
	}
}

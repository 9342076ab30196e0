package template

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lullaby/autoscale/request"
	"lullaby/instant"
)

// Scalable targets (docs/aws/templates.md#autoscaling).

// scalingOutside is what a target or policy lacks whose table or target the template
// does not make.
const scalingOutside = "autoscaling outside the template"

func scalableTarget() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "MaxCapacity MinCapacity ResourceId RoleARN ScalableDimension ScheduledActions ServiceNamespace SuspendedState",
		},
		ref:        scalableTargetID,
		attributes: attributes{"Id": scalableTargetID},
		link:       (*loader).linkScalableTarget,
	}
}

// scalableTargetID returns the identifier of a scalable target:
// resource|dimension|service.
func scalableTargetID(e *evaluator, r *resource) (string, error) {
	in := e.reader(r.id+": ", r.line, r.properties)
	parts := []string{in.text("ResourceId", ""), in.text("ScalableDimension", ""), in.text("ServiceNamespace", "")}
	return strings.Join(parts, "|"), *in.err
}

// linkScalableTarget reads a target with its scheduled actions. It leaves out one of
// another service than DynamoDB, and one of a table that the template does not
// make.
func (l *loader) linkScalableTarget(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	of := in.scalable()
	switch {
	case l.lacks(in, r.id, scalingOutside):
		return nil
	case *in.err != nil:
		return *in.err
	case *of.ServiceNamespace != request.Namespace:
		l.omit(r.line, r.id, "type "+typeScalableTarget)
		return nil
	}
	l.checkProperties(r.id, in.n, r.def.properties)
	t := &ScalableTarget{Source: in.source(r.line, targetFields), LogicalID: r.id}
	t.Register = &request.RegisterScalableTargetInput{
		Scalable: of, MinCapacity: in.capacity("MinCapacity"), MaxCapacity: in.capacity("MaxCapacity"),
		RoleARN: in.optional("RoleARN"), SuspendedState: in.suspendedState(),
	}
	if err := t.Register.Check(); err != nil {
		in.fail(t.lineOf(err.Error()), "%s%v", in.label, err)
	} else if *in.err == nil && !l.scales(in, *of.ResourceId) {
		return *in.err
	}
	for i, item := range in.list("ScheduledActions") {
		t.Actions = append(t.Actions, t.scheduledAction(in.item("ScheduledActions", i, item)))
	}
	if *in.err == nil {
		l.t.ScalableTargets = append(l.t.ScalableTargets, t)
	}
	return *in.err
}

// scales reports whether a target's table is of the template. Else it leaves the target
// out. An index that its table lacks is an error.
func (l *loader) scales(in reader, resource string) bool {
	name, index, _ := strings.Cut(strings.TrimPrefix(resource, "table/"), "/index/")
	t := l.tableNamed(name)
	if t == nil {
		l.omit(in.lineOf("ResourceId"), strings.TrimSuffix(in.label, ": "), scalingOutside)
		return false
	}
	if index != "" && !slices.ContainsFunc(t.GlobalSecondaryIndexes, func(ix Index) bool { return ix.Name == index }) {
		in.refuse("ResourceId", "names the index %s, which %s does not have", quote(index), t.LogicalID)
	}
	return true
}

// scalable reads what names a target.
func (r reader) scalable() request.Scalable {
	return request.Scalable{
		ServiceNamespace: new(r.required("ServiceNamespace")), ResourceId: new(r.required("ResourceId")), ScalableDimension: new(r.required("ScalableDimension")),
	}
}

// capacity returns the capacity at key, which must be present.
func (r reader) capacity(key string) *int32 {
	r.needed(key)
	return r.int32(key)
}

// optional returns the string at key, nil if it is absent.
func (r reader) optional(key string) *string {
	if r.value(key) == nil {
		return nil
	}
	return new(r.text(key, ""))
}

// flag returns the boolean at key, nil if it is absent.
func (r reader) flag(key string) *bool {
	if r.value(key) == nil {
		return nil
	}
	return new(r.oneOf(key, "", "true", "false") == "true")
}

func (r reader) suspendedState() *request.SuspendedState {
	in := r.under("SuspendedState")
	if in.n == nil {
		return nil
	}
	in.only("DynamicScalingInSuspended DynamicScalingOutSuspended ScheduledScalingSuspended")
	return &request.SuspendedState{
		DynamicScalingInSuspended: in.flag("DynamicScalingInSuspended"), DynamicScalingOutSuspended: in.flag("DynamicScalingOutSuspended"),
		ScheduledScalingSuspended: in.flag("ScheduledScalingSuspended"),
	}
}

// scheduledAction reads an item of ScheduledActions.
func (t *ScalableTarget) scheduledAction(item reader) *request.PutScheduledActionInput {
	in := item.alone()
	in.only("EndTime ScalableTargetAction Schedule ScheduledActionName StartTime Timezone")
	put := &request.PutScheduledActionInput{
		ScheduledActionName: new(in.required("ScheduledActionName")), Scalable: t.Register.Scalable, Schedule: new(in.required("Schedule")),
		Timezone: in.optional("Timezone"), StartTime: in.timestamp("StartTime"), EndTime: in.timestamp("EndTime"),
	}
	if action := in.under("ScalableTargetAction"); action.n != nil {
		action.only("MaxCapacity MinCapacity")
		put.ScalableTargetAction = &request.ScalableTargetAction{MinCapacity: action.int32("MinCapacity"), MaxCapacity: action.int32("MaxCapacity")}
	}
	if err := put.Check(); err != nil {
		in.fail(in.source(in.line, actionFields).lineOf(err.Error()), "%s%v", in.subject(), err)
	}
	item.stick(*in.err)
	return put
}

// subject begins a message about the mapping as a whole.
func (r reader) subject() string { return strings.TrimRight(r.label, ".: ") + ": " }

// timestamp returns the instant at key, nil if it is absent.
func (r reader) timestamp(key string) *request.Timestamp {
	if r.value(key) == nil {
		return nil
	}
	text := r.text(key, "")
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return new(request.TimestampOf(instant.Of(at)))
		}
	}
	r.refuse(key, "must be a time such as 2026-11-30T03:12:00Z, not %s", quote(text))
	return nil
}

// addNested adds the target and the policy that a global table nests, of units in a
// direction, Read or Write. Assumed: the policy has the name that the console gives.
func (l *loader) addNested(of *Table, index, direction string, in reader) {
	in.only("MinCapacity MaxCapacity SeedCapacity TargetTrackingScalingPolicyConfiguration")
	id, kind := "table/"+of.Name, "table"
	if index != "" {
		id, kind = id+"/index/"+index, "index"
	}
	t := &ScalableTarget{Source: in.source(in.line, targetFields), LogicalID: of.LogicalID}
	scalable := request.Scalable{
		ServiceNamespace: new(request.Namespace), ResourceId: &id, ScalableDimension: new(fmt.Sprintf("dynamodb:%s:%sCapacityUnits", kind, direction)),
	}
	t.Register = &request.RegisterScalableTargetInput{Scalable: scalable, MinCapacity: in.capacity("MinCapacity"), MaxCapacity: in.capacity("MaxCapacity")}
	metric := "DynamoDB" + direction + "CapacityUtilization"
	in.needed("TargetTrackingScalingPolicyConfiguration")
	settings := in.under("TargetTrackingScalingPolicyConfiguration")
	settings.only("DisableScaleIn ScaleInCooldown ScaleOutCooldown TargetValue")
	p := &ScalingPolicy{Source: in.source(in.line, policyFields), LogicalID: of.LogicalID, Put: &request.PutScalingPolicyInput{
		PolicyName: new(metric + ":" + id), Scalable: scalable, PolicyType: new(request.TargetTrackingScaling),
		TargetTrackingScalingPolicyConfiguration: settings.targetTracking(),
	}}
	p.Put.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification = &request.PredefinedMetric{PredefinedMetricType: &metric}
	if err := t.Register.Check(); err != nil {
		in.fail(t.lineOf(err.Error()), "%s%v", in.subject(), err)
	} else if err := p.Put.Check(); err != nil {
		in.fail(p.lineOf(err.Error()), "%s%v", in.subject(), err)
	}
	t.Policies = []*ScalingPolicy{p}
	if *in.err == nil {
		l.t.ScalableTargets = append(l.t.ScalableTargets, t)
	}
}

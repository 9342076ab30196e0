package template

import (
	"slices"
	"strconv"
	"strings"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
)

const typeScalingPolicy = "AWS::ApplicationAutoScaling::ScalingPolicy"

func scalingPolicy() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "PolicyName PolicyType ResourceId ScalableDimension ScalingTargetId ServiceNamespace TargetTrackingScalingPolicyConfiguration",
			later:    "PredictiveScalingPolicyConfiguration StepScalingPolicyConfiguration",
		},
		ref:        scalingPolicyARN,
		attributes: attributes{"Arn": scalingPolicyARN},
		link:       (*loader).linkScalingPolicy,
	}
}

// scalingPolicyARN returns the ARN of a policy. Its UUID is random on AWS, and another
// here than that of the policy when it is made.
func scalingPolicyARN(e *evaluator, r *resource) (string, error) {
	in := e.reader(r.id+": ", r.line, r.properties)
	of := in.targetOf()
	name := in.text("PolicyName", "")
	return e.stack.scope.ARN("autoscaling", "scalingPolicy:"+e.stack.uuid("policy", r.id)+":resource/"+*of.ServiceNamespace+"/"+*of.ResourceId+":policyName/"+name), *in.err
}

// targetOf reads which target a policy is of: the value of Ref of the target, or what
// names it.
func (r reader) targetOf() request.Scalable {
	if r.value("ScalingTargetId") == nil {
		return r.scalable()
	}
	parts := strings.Split(r.required("ScalingTargetId"), "|")
	if len(parts) != 3 {
		r.refuse("ScalingTargetId", "must be the Ref of a scalable target")
		parts = make([]string, 3)
	}
	return request.Scalable{ResourceId: &parts[0], ScalableDimension: &parts[1], ServiceNamespace: &parts[2]}
}

// linkScalingPolicy reads a policy of a target of the template.
func (l *loader) linkScalingPolicy(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	of := in.targetOf()
	switch {
	case l.lacks(in, r.id, scalingOutside):
		return nil
	case *in.err != nil:
		return *in.err
	case *of.ServiceNamespace != request.Namespace:
		return nil // as its target, which is named
	}
	p := &ScalingPolicy{Source: in.source(r.line, policyFields), LogicalID: r.id, Put: &request.PutScalingPolicyInput{
		PolicyName: new(in.required("PolicyName")), Scalable: of, PolicyType: new(in.required("PolicyType")),
	}}
	if settings := in.under("TargetTrackingScalingPolicyConfiguration"); settings.n != nil {
		settings.only("CustomizedMetricSpecification DisableScaleIn PredefinedMetricSpecification ScaleInCooldown ScaleOutCooldown TargetValue")
		p.Put.TargetTrackingScalingPolicyConfiguration = settings.targetTracking()
	}
	if err := p.Put.Check(); err != nil {
		in.fail(p.lineOf(err.Error()), "%s%v", in.label, err)
	} else {
		l.checkProperties(r.id, in.n, r.def.properties)
	}
	if *in.err == nil {
		l.policies = append(l.policies, p)
	}
	return *in.err
}

// givePolicies gives the policies to their targets, which may stand behind them in the
// file. A target has one policy of a name.
func (l *loader) givePolicies() {
	named := map[string]int{}
	for _, p := range l.policies {
		l.unique(named, "scaling policies of "+*p.Put.ResourceId+" "+*p.Put.ScalableDimension, *p.Put.PolicyName, p.at.Line)
		i := slices.IndexFunc(l.t.ScalableTargets, func(t *ScalableTarget) bool { return sameTarget(&t.Register.Scalable, &p.Put.Scalable) })
		switch {
		case len(l.errors) > 0: // one may be in the target
		case i < 0:
			l.omit(p.at.Line, p.LogicalID, scalingOutside)
		default:
			t := l.t.ScalableTargets[i]
			t.Policies = append(t.Policies, p)
		}
	}
}

// checkScaling adds what Application Auto Scaling would refuse of the policies of a target
// together, as two on one metric.
func (l *loader) checkScaling(t *ScalableTarget) {
	s := &autoscale.Scaler{Scope: l.stack.scope, NewID: func() string { return "" }}
	_, _, err := s.Register(0, t.Register, autoscale.Current{Units: int64(*t.Register.MinCapacity)})
	if err != nil {
		l.add(l.errorf(t.at.Line, "%s: %v", t.LogicalID, err))
		return
	}
	for _, p := range t.Policies {
		if _, _, err := s.PutPolicy(0, p.Put); err != nil {
			l.add(l.errorf(p.lineOf(err.Error()), "%s: %v", p.LogicalID, err))
		}
	}
	for i, a := range t.Actions {
		if _, err := s.PutScheduledAction(0, a); err != nil {
			l.add(l.errorf(t.Pos("ScheduledActions", strconv.Itoa(i)).Line, "%s: %v", t.LogicalID, err))
		}
	}
}

func sameTarget(a, b *request.Scalable) bool {
	return *a.ServiceNamespace == *b.ServiceNamespace && *a.ResourceId == *b.ResourceId && *a.ScalableDimension == *b.ScalableDimension
}

// targetTracking reads a TargetTrackingScalingPolicyConfiguration.
func (r reader) targetTracking() *request.TargetTracking {
	r.needed("TargetValue")
	t := &request.TargetTracking{
		TargetValue: r.number("TargetValue"), ScaleOutCooldown: r.int32("ScaleOutCooldown"), ScaleInCooldown: r.int32("ScaleInCooldown"),
		DisableScaleIn: r.flag("DisableScaleIn"),
	}
	if metric := r.under("PredefinedMetricSpecification"); metric.n != nil {
		metric.only("PredefinedMetricType ResourceLabel")
		t.PredefinedMetricSpecification = &request.PredefinedMetric{
			PredefinedMetricType: new(metric.required("PredefinedMetricType")), ResourceLabel: metric.optional("ResourceLabel"),
		}
	}
	if metric := r.under("CustomizedMetricSpecification"); metric.n != nil {
		metric.only("Dimensions MetricName Metrics Namespace Statistic Unit")
		t.CustomizedMetricSpecification = &request.CustomizedMetric{
			MetricName: metric.optional("MetricName"), Namespace: metric.optional("Namespace"), Dimensions: metric.metricDimensions(),
			Statistic: metric.optional("Statistic"), Unit: metric.optional("Unit"), Metrics: metric.trackedMetrics(),
		}
	}
	return t
}

func (r reader) metricDimensions() []request.MetricDimension {
	var all []request.MetricDimension //nolint:prealloc // nil when there are none
	for _, d := range r.dimensions() {
		all = append(all, request.MetricDimension{Name: &d.Name, Value: &d.Value})
	}
	return all
}

// trackedMetrics reads the metric math of a customized metric.
func (r reader) trackedMetrics() []request.MetricDataQuery {
	var all []request.MetricDataQuery //nolint:prealloc // nil when there are none
	for i, item := range r.list("Metrics") {
		in := r.item("Metrics", i, item)
		in.only("Expression Id Label MetricStat ReturnData")
		q := request.MetricDataQuery{
			Expression: in.optional("Expression"), Id: new(in.required("Id")), Label: in.optional("Label"), ReturnData: in.flag("ReturnData"),
		}
		if stat := in.under("MetricStat"); stat.n != nil {
			stat.only("Metric Stat Unit")
			metric := stat.under("Metric")
			metric.only("Dimensions MetricName Namespace")
			q.MetricStat = &request.MetricStat{Stat: stat.optional("Stat"), Unit: stat.optional("Unit"), Metric: &request.Metric{
				Dimensions: metric.metricDimensions(), MetricName: metric.optional("MetricName"), Namespace: metric.optional("Namespace"),
			}}
		}
		all = append(all, q)
	}
	return all
}

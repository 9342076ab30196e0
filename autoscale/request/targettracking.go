package request

import (
	"math"

	"lullaby/autoscale/refusal"
)

// TargetTracking is AWS's TargetTrackingScalingPolicyConfiguration.
type TargetTracking struct {
	TargetValue                   *float64
	PredefinedMetricSpecification *PredefinedMetric `json:",omitzero"` // or
	CustomizedMetricSpecification *CustomizedMetric `json:",omitzero"`
	ScaleOutCooldown              *int32            `json:",omitzero"` // in seconds; nil: 0
	ScaleInCooldown               *int32            `json:",omitzero"` // in seconds; nil: 0
	DisableScaleIn                *bool             `json:",omitzero"`
}

// PredefinedMetric is AWS's PredefinedMetricSpecification.
type PredefinedMetric struct {
	PredefinedMetricType *string
	ResourceLabel        *string `json:",omitzero"`
}

// CustomizedMetric is AWS's CustomizedMetricSpecification: a statistic of a metric,
// or Metrics.
type CustomizedMetric struct {
	MetricName *string           `json:",omitzero"`
	Namespace  *string           `json:",omitzero"`
	Dimensions []MetricDimension `json:",omitzero"`
	Statistic  *string           `json:",omitzero"`
	Unit       *string           `json:",omitzero"`
	Metrics    []MetricDataQuery `json:",omitzero"`
}

// MetricDimension is AWS's MetricDimension and TargetTrackingMetricDimension.
type MetricDimension struct{ Name, Value *string }

// MetricDataQuery is AWS's TargetTrackingMetricDataQuery.
type MetricDataQuery struct {
	Expression *string `json:",omitzero"`
	Id         *string
	Label      *string     `json:",omitzero"`
	MetricStat *MetricStat `json:",omitzero"`
	ReturnData *bool       `json:",omitzero"` // nil: true
}

// MetricStat is AWS's TargetTrackingMetricStat.
type MetricStat struct {
	Metric *Metric
	Stat   *string
	Unit   *string `json:",omitzero"`
}

// Metric is AWS's TargetTrackingMetric.
type Metric struct {
	Dimensions []MetricDimension `json:",omitzero"`
	MetricName *string
	Namespace  *string
}

// The predefined metrics of DynamoDB.
const (
	ReadUtilization  = "DynamoDBReadCapacityUtilization"
	WriteUtilization = "DynamoDBWriteCapacityUtilization"
)

// metricTypes is AWS's enumeration, in its order.
var metricTypes = []string{
	ReadUtilization, WriteUtilization, "ALBRequestCountPerTarget", "RDSReaderAverageCPUUtilization", "RDSReaderAverageDatabaseConnections",
	"EC2SpotFleetRequestAverageCPUUtilization", "EC2SpotFleetRequestAverageNetworkIn", "EC2SpotFleetRequestAverageNetworkOut",
	"SageMakerVariantInvocationsPerInstance", "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization",
	"AppStreamAverageCapacityUtilization", "ComprehendInferenceUtilization", "LambdaProvisionedConcurrencyUtilization",
	"CassandraReadCapacityUtilization", "CassandraWriteCapacityUtilization", "KafkaBrokerStorageUtilization",
	"ElastiCacheEngineCPUUtilization", "ElastiCacheDatabaseMemoryUsagePercentage", "ElastiCachePrimaryEngineCPUUtilization",
	"ElastiCacheReplicaEngineCPUUtilization", "ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage",
	"NeptuneReaderAverageCPUUtilization", "SageMakerVariantProvisionedConcurrencyUtilization",
	"ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage", "SageMakerInferenceComponentInvocationsPerCopy",
	"WorkSpacesAverageUserSessionsCapacityUtilization", "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution",
	"SageMakerVariantConcurrentRequestsPerModelHighResolution",
}

var statistics = []string{"Average", "Minimum", "Maximum", "SampleCount", "Sum"}

const inConfiguration = "TargetTrackingScalingPolicyConfiguration."

func (t *TargetTracking) constrain(v *violations) {
	v.given(t.TargetValue != nil, inConfiguration+"TargetValue")
	if p := t.PredefinedMetricSpecification; p != nil {
		const in = inConfiguration + "PredefinedMetricSpecification."
		if v.given(p.PredefinedMetricType != nil, in+"PredefinedMetricType") {
			v.oneOf(p.PredefinedMetricType, in+"PredefinedMetricType", metricTypes)
		}
		v.text(p.ResourceLabel, in+"ResourceLabel", 1023)
	}
	if c := t.CustomizedMetricSpecification; c != nil {
		v.oneOf(c.Statistic, inConfiguration+"CustomizedMetricSpecification.Statistic", statistics)
		for i := range c.Metrics {
			v.required(c.Metrics[i].Id, inConfiguration+"CustomizedMetricSpecification.Metrics.member.Id", 255)
		}
	}
}

// The least and the largest target of a predefined metric, in percent
// (docs/aws/autoscaling.md#targets-of-utilization).
const (
	leastTarget = 20
	mostTarget  = 90
)

// maxMagnitude is how far a target is from zero at most.
var maxMagnitude = math.Ldexp(1, 360)

// check refuses a configuration that a target of read units, or write units, cannot
// have. Assumed: the texts.
func (t *TargetTracking) check(reads bool) error {
	predefined, customized := t.PredefinedMetricSpecification, t.CustomizedMetricSpecification
	switch target := *t.TargetValue; {
	case (predefined == nil) == (customized == nil):
		return refusal.Invalid("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified")
	case t.ScaleOutCooldown != nil && *t.ScaleOutCooldown < 0 || t.ScaleInCooldown != nil && *t.ScaleInCooldown < 0:
		return refusal.Invalid("Cooldown must be greater than or equal to 0")
	case customized != nil:
		if !(target > 0 && target <= maxMagnitude) {
			return refusal.Invalid("Target value must be greater than 0 and at most 2^360")
		}
		return customized.check()
	case !(target >= leastTarget && target <= mostTarget):
		return refusal.Invalid("Target value must be between %d and %d for predefined metric type %s", leastTarget, mostTarget, *predefined.PredefinedMetricType)
	}
	switch want := map[bool]string{true: ReadUtilization, false: WriteUtilization}[reads]; {
	case *predefined.PredefinedMetricType != want:
		return refusal.Invalid("Predefined metric type %s is not supported for this scalable dimension: it takes %s", *predefined.PredefinedMetricType, want)
	case predefined.ResourceLabel != nil:
		return refusal.Invalid("A resource label cannot be specified for predefined metric type %s", want)
	}
	return nil
}

// check refuses a customized metric that is not a whole one. Expressions are checked by
// who evaluates them.
func (c *CustomizedMetric) check() error {
	single := c.MetricName != nil || c.Namespace != nil || c.Statistic != nil || c.Unit != nil || c.Dimensions != nil
	switch {
	case single && c.Metrics != nil:
		return refusal.Invalid("Metrics cannot be used together with MetricName, Namespace, Dimensions, Statistic and Unit")
	case c.Metrics != nil:
		return checkQueries(c.Metrics)
	case empty(c.MetricName) || empty(c.Namespace) || c.Statistic == nil:
		return refusal.Invalid("MetricName, Namespace and Statistic must be specified for a customized metric")
	}
	return checkDimensions(c.Dimensions)
}

func empty(s *string) bool { return s == nil || *s == "" }

func checkDimensions(all []MetricDimension) error {
	for _, d := range all {
		if empty(d.Name) || empty(d.Value) {
			return refusal.Invalid("Name and Value must be specified for each dimension of a metric")
		}
	}
	return nil
}

// checkQueries refuses queries that are not whole, or of which not one returns data.
func checkQueries(all []MetricDataQuery) error {
	returned, seen := 0, map[string]bool{}
	for i := range all {
		q := &all[i]
		switch stat := q.MetricStat; {
		case seen[*q.Id]:
			return refusal.Invalid("The metric Id %s is used twice", *q.Id)
		case (q.Expression == nil) == (stat == nil):
			return refusal.Invalid("Either Expression or MetricStat must be specified for metric %s", *q.Id)
		case stat != nil && (empty(stat.Stat) || stat.Metric == nil || empty(stat.Metric.MetricName) || empty(stat.Metric.Namespace)):
			return refusal.Invalid("Stat and Metric with MetricName and Namespace must be specified for metric %s", *q.Id)
		case stat != nil:
			if err := checkDimensions(stat.Metric.Dimensions); err != nil {
				return err
			}
		}
		seen[*q.Id] = true
		if q.ReturnData == nil || *q.ReturnData {
			returned++
		}
	}
	if returned != 1 {
		return refusal.Invalid("Exactly one of the Metrics must return data")
	}
	return nil
}

package request

// PutScalingPolicyInput is the input of PutScalingPolicy.
type PutScalingPolicyInput struct {
	PolicyName *string
	Scalable
	PolicyType                               *string
	TargetTrackingScalingPolicyConfiguration *TargetTracking

	StepScalingPolicyConfiguration       Unbuilt
	PredictiveScalingPolicyConfiguration Unbuilt
}

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
	Expression *string     `json:",omitzero"`
	Id         *string     // AWS's name
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

// DeleteScalingPolicyInput is the input of DeleteScalingPolicy.
type DeleteScalingPolicyInput struct {
	PolicyName *string
	Scalable
}

// DescribeScalingPoliciesInput is the input of DescribeScalingPolicies.
type DescribeScalingPoliciesInput struct {
	PolicyNames []string
	Filter
	Page
}

// A Filter restricts a list to a namespace, and to a target if it names one.
type Filter struct {
	ServiceNamespace  *string
	ResourceId        *string
	ScalableDimension *string
}

// GetPredictiveScalingForecastInput is the input of GetPredictiveScalingForecast,
// which is refused.
type GetPredictiveScalingForecastInput struct {
	Scalable
	PolicyName *string
	StartTime  *Timestamp
	EndTime    *Timestamp
}

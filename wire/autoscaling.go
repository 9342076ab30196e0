package wire

import (
	"time"

	"lullaby/autoscale/refusal"
	scaling "lullaby/autoscale/store"
	"lullaby/internal/sigv4"
)

// targets returns the API of Application Auto Scaling. A new operation is a line here
// and a method in autoscale/store.
func targets(e *scaling.Engine) *service {
	return &service{
		title: "Application Auto Scaling",
		name:  "application-autoscaling",
		shape: "AnyScaleFrontendService",
		json:  json11,
		operations: map[string]operation{
			"DeleteScalingPolicy":          method(e.DeleteScalingPolicy),
			"DeleteScheduledAction":        method(e.DeleteScheduledAction),
			"DeregisterScalableTarget":     method(e.DeregisterScalableTarget),
			"DescribeScalableTargets":      method(e.DescribeScalableTargets),
			"DescribeScalingActivities":    method(e.DescribeScalingActivities),
			"DescribeScalingPolicies":      method(e.DescribeScalingPolicies),
			"DescribeScheduledActions":     method(e.DescribeScheduledActions),
			"GetPredictiveScalingForecast": method(e.GetPredictiveScalingForecast),
			"ListTagsForResource":          method(e.ListTagsForResource),
			"PutScalingPolicy":             method(e.PutScalingPolicy),
			"PutScheduledAction":           method(e.PutScheduledAction),
			"RegisterScalableTarget":       method(e.RegisterScalableTarget),
			"TagResource":                  method(e.TagResource),
			"UntagResource":                method(e.UntagResource),
		},
		faults:     scalingFaults,
		skew:       15 * time.Minute,
		unsigned:   true,
		compressed: true,
		uuids:      true,
		exposed:    "x-amzn-RequestId,Date",
	}
}

// scalingFaults are the rows of Application Auto Scaling
// (docs/aws/autoscaling.md#refusals).
var scalingFaults = []row{
	{400, "", "ValidationException", capital(is(refusal.Validation))},
	{400, "", "ObjectNotFoundException", capital(is(refusal.ObjectNotFound))},
	{400, "", "LimitExceededException", capital(is(refusal.LimitExceeded))},
	{400, "", "InvalidNextTokenException", capital(is(refusal.InvalidNextToken))},
	{400, "", "ResourceNotFoundException", tagged(refusal.ResourceNotFound)},
	{400, "", "TooManyTagsException", tagged(refusal.TooManyTags)},
	{400, "", "SerializationException", capital(serialization)},
	{400, "", "MissingAuthenticationTokenException", signature(sigv4.Missing)},
	{400, "", "IncompleteSignatureException", signature(sigv4.Incomplete)},
	{400, "", "InvalidSignatureException", signature(sigv4.Invalid)},
	{400, "", "UnrecognizedClientException", signature(sigv4.Unrecognized)},
	{400, "", "UnknownOperationException", silent(errUnknownOperation)},
	{413, "", "", silent(errTooLarge)},
	{500, "", "InternalFailure", silent(errUndecoded)},
	{500, "", "InternalServiceException", capital(disk)},
	{500, "", "InternalServiceException", capital(internal)},
}

// tagged matches refusals of a kind, which name a resource.
func tagged(kind refusal.Kind) match {
	return capital(as(func(f *fault, e *refusal.Error) bool {
		f.message, f.members = e.Message, []member{{"ResourceName", e.ResourceName}}
		return e.Kind == kind
	}))
}

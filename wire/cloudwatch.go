package wire

import (
	"errors"
	"time"

	"lullaby/internal/awscbor"
	"lullaby/internal/sigv4"
	"lullaby/watch/refusal"
	watched "lullaby/watch/store"
)

// metrics returns the API of CloudWatch. A new operation is a line here and a file in
// watch/store.
func metrics(s *watched.Store) *service {
	return &service{
		title: "CloudWatch",
		name:  "monitoring",
		shape: "GraniteServiceVersion20100801",
		query: queryNames{version: "2010-08-01", xmlns: "http://monitoring.amazonaws.com/doc/2010-08-01/"},
		operations: map[string]operation{
			"DeleteAlarms":            method(s.DeleteAlarms),
			"DeleteDashboards":        method(s.DeleteDashboards),
			"DescribeAlarmHistory":    method(s.DescribeAlarmHistory),
			"DescribeAlarms":          method(s.DescribeAlarms),
			"DescribeAlarmsForMetric": method(s.DescribeAlarmsForMetric),
			"DisableAlarmActions":     method(s.DisableAlarmActions),
			"EnableAlarmActions":      method(s.EnableAlarmActions),
			"GetDashboard":            method(s.GetDashboard),
			"GetMetricData":           method(s.GetMetricData).upTo(maxQuery),
			"GetMetricStatistics":     method(s.GetMetricStatistics),
			"ListDashboards":          method(s.ListDashboards),
			"ListMetrics":             method(s.ListMetrics),
			"ListTagsForResource":     method(s.ListTagsForResource),
			"PutCompositeAlarm":       method(s.PutCompositeAlarm),
			"PutDashboard":            method(s.PutDashboard),
			"PutMetricAlarm":          method(s.PutMetricAlarm),
			"PutMetricData":           method(s.PutMetricData).upTo(maxMetrics),
			"SetAlarmState":           method(s.SetAlarmState),
			"TagResource":             method(s.TagResource),
			"UntagResource":           method(s.UntagResource),
		},
		unbuilt: []string{
			"AssociateDatasetKmsKey", "CreateResourceMetricsConfiguration", "DeleteAlarmMuteRule", "DeleteAnomalyDetector",
			"DeleteInsightRules", "DeleteMetricStream", "DeleteResourceMetricsConfiguration", "DescribeAlarmContributors",
			"DescribeAnomalyDetectors", "DescribeInsightRules", "DisableInsightRules", "DisassociateDatasetKmsKey", "EnableInsightRules",
			"GetAlarmMuteRule", "GetDataset", "GetInsightRuleReport", "GetMetricStream", "GetMetricWidgetImage", "GetOTelEnrichment",
			"GetResourceMetricsConfiguration", "ListAlarmMuteRules", "ListManagedInsightRules", "ListMetricStreams", "PutAlarmMuteRule",
			"PutAnomalyDetector", "PutInsightRule", "PutLogAlarm", "PutManagedInsightRules", "PutMetricStream", "StartMetricStreams",
			"StartOTelEnrichment", "StopMetricStreams", "StopOTelEnrichment", "UpdateOTelEnrichment",
			"UpdateResourceMetricsConfiguration",
		},
		faults:     cloudWatchFaults,
		skew:       15 * time.Minute,
		unsigned:   true,
		compressed: true,
		uuids:      true,
		exposed:    "x-amzn-RequestId,x-amzn-query-error,Date",
	}
}

// ofCloudWatch is the namespace of CloudWatch's exceptions.
const ofCloudWatch = "com.amazonaws.cloudwatch#"

// cloudWatchFaults are the rows of CloudWatch (docs/aws/cloudwatch.md#refusals).
var cloudWatchFaults = []row{
	{400, ofCloudWatch, "ValidationError", refused(refusal.Validation, 400)},
	{400, ofCloudWatch, "InvalidParameterValueException", refused(refusal.InvalidParameterValue, 400)},
	{400, ofCloudWatch, "InvalidParameterCombinationException", refused(refusal.InvalidParameterCombination, 400)},
	{400, ofCloudWatch, "MissingRequiredParameterException", refused(refusal.MissingParameter, 400)},
	{400, ofCloudWatch, "InvalidFormatFault", refused(refusal.InvalidFormat, 400)},
	{400, ofCloudWatch, "InvalidNextToken", refused(refusal.InvalidNextToken, 400)},
	{400, ofCloudWatch, "LimitExceededFault", refused(refusal.LimitExceeded, 400)},
	{404, ofCloudWatch, "ResourceNotFound", refused(refusal.AlarmNotFound, 404)},
	{404, ofCloudWatch, "ResourceNotFoundException", refused(refusal.ResourceNotFound, 404)},
	{400, ofCloudWatch, "DashboardInvalidInputError", refused(refusal.DashboardInvalid, 400)},
	{404, ofCloudWatch, "DashboardNotFoundError", refused(refusal.DashboardNotFound, 404)},
	{400, ofService, "SerializationException", misshapen},
	{400, "", "MalformedInput", malformed},
	{403, ofService, "MissingAuthenticationTokenException", formerly("MissingAuthenticationToken", signature(sigv4.Missing))},
	{403, ofService, "IncompleteSignatureException", formerly("IncompleteSignature", signature(sigv4.Incomplete))},
	{403, ofService, "InvalidSignatureException", formerly("SignatureDoesNotMatch", signature(sigv4.Invalid))},
	{403, ofService, "UnrecognizedClientException", formerly("InvalidClientTokenId", signature(sigv4.Unrecognized))},
	{400, ofService, "UnknownOperationException", formerly("InvalidAction", unbuilt)},
	{400, ofService, "UnknownOperationException", oldUnknown},
	{413, "", "", silent(errTooLarge)},
	{413, ofService, "RequestEntityTooLarge", formerly("RequestEntityTooLarge", overlong)},
	{500, ofService, "InternalFailure", formerly("InternalFailure", silent(errUndecoded))},
	{500, ofCloudWatch, "InternalServiceFault", formerly("InternalServiceError", disk)},
	{500, ofCloudWatch, "InternalServiceFault", formerly("InternalServiceError", internal)},
}

// Bounds of bodies, in bytes (docs/aws/cloudwatch.md#sizes-of-requests).
const (
	maxMetrics = 1 << 20   // of PutMetricData
	maxQuery   = 600 << 10 // of GetMetricData
)

// overlong matches a body that is larger than its operation takes.
var overlong = as(func(f *fault, e *sizeError) bool {
	f.message = e.Error()
	return true
})

// misshapen matches a body that does not have the operation's shape, in JSON or CBOR.
func misshapen(f *fault, err error) bool {
	if e, ok := errors.AsType[*awscbor.SerializationError](err); ok {
		f.message = e.Message
		return true
	}
	return serialization(f, err)
}

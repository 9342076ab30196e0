package wire

import (
	"lullaby/capacity"
	"lullaby/dynamo"
)

// throttlingReason is a member of ThrottlingReasons (API Reference,
// "ThrottlingReason").
type throttlingReason struct {
	Reason   string `json:"reason"`
	Resource string `json:"resource"`
}

const throttlingException = "ThrottlingException"

// ofAvailability is the namespace of ThrottlingException. Assumed: that of
// AWS's shared framework, whose type it is (facts dynamodb-capacity.md 4.2).
const ofAvailability = "com.amazon.coral.availability#"

// The texts of refusals (facts dynamodb-capacity.md 4.1).
const (
	msgProvisioned = "The level of configured provisioned throughput for the table was exceeded. " +
		"Consider increasing your provisioning level with the UpdateTable API."
	msgProvisionedIndex = "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. " +
		"Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API"
	msgOnDemand = "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index " +
		"so please try again shortly. If exceptions persist, check if you have a hot key: " +
		"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
	msgOnDemandIndex = "Throughput exceeds the current capacity for one or more global secondary indexes. " +
		"DynamoDB is automatically scaling your index so please try again shortly."
	msgMaximum = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
	msgAccount = "Throughput exceeds the current throughput limit for your account. To request a limit increase, contact AWS Support at https://aws.amazon.com/support"
)

// throttleFault names the limit that refused. Of a partition of a provisioned
// table no text is known. Assumed: that of the table or index, for hot keys are
// reported with it.
func throttleFault(e *dynamo.ThrottleError) fault {
	v := &e.Verdict
	f := fault{
		status:    400,
		namespace: ofDynamoDB,
		exception: "ProvisionedThroughputExceededException",
		message:   throttleText(v),
		reasons:   []throttlingReason{{v.Reason(), v.Resource.Name}},
	}
	switch {
	case v.Limit == capacity.AccountLimit:
		// Assumed: the older of two accounts, for the type still carries reasons.
		f.exception = "RequestLimitExceeded"
	case !provisionedException(e):
		f.namespace, f.exception = ofAvailability, throttlingException
	}
	return f
}

// provisionedException reports whether a refusal is a
// ProvisionedThroughputExceededException rather than a ThrottlingException. A
// batch that is refused whole by anything else than provisioned throughput is
// throttled; a single write that passes the maximum of an index on demand was
// captured as the former (facts dynamodb-capacity.md 4.1, 4.5).
func provisionedException(e *dynamo.ThrottleError) bool {
	v := &e.Verdict
	switch v.Limit {
	case capacity.ProvisionedThroughput:
		return true
	case capacity.MaxOnDemandThroughput:
		return v.Resource.Index && v.Direction == capacity.Write && e.Request == dynamo.Scalar
	default:
		return !v.OnDemand && e.Request != dynamo.Batch
	}
}

func throttleText(v *capacity.Verdict) string {
	texts := [...]struct{ table, index string }{
		capacity.ProvisionedThroughput: {msgProvisioned, msgProvisionedIndex},
		capacity.KeyRangeThroughput:    {msgProvisioned, msgProvisionedIndex},
		capacity.MaxOnDemandThroughput: {msgMaximum, msgMaximum},
		capacity.AccountLimit:          {msgAccount, msgAccount},
	}
	text := texts[v.Limit]
	if v.Limit == capacity.KeyRangeThroughput && v.OnDemand {
		text.table, text.index = msgOnDemand, msgOnDemandIndex
	}
	if v.Resource.Index {
		return text.index
	}
	return text.table
}

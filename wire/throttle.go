package wire

import (
	"lullaby/capacity"
	"lullaby/dynamo"
)

// A throttlingReason is an element of ThrottlingReasons (API Reference,
// "ThrottlingReason").
type throttlingReason struct {
	Reason   string `json:"reason"`
	Resource string `json:"resource"`
}

// The messages of throttles (docs/aws/throttling.md#exceptions-and-texts).
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

// throttle matches throttles for which of returns true. reasons is the name of
// the member with the reasons.
func throttle(of func(*dynamo.ThrottleError) bool, reasons string) match {
	return as(func(f *fault, e *dynamo.ThrottleError) bool {
		if !of(e) {
			return false
		}
		v := &e.Verdict
		f.message = throttleText(v)
		f.members = []member{{reasons, []throttlingReason{{v.Reason(), v.Resource.Name}}}}
		return true
	})
}

// isAccount matches a quota of the account. Assumed: AWS uses the older of the
// two exceptions for it, whose type still has reasons.
func isAccount(e *dynamo.ThrottleError) bool { return e.Verdict.Limit == capacity.AccountLimit }

func isOther(*dynamo.ThrottleError) bool { return true }

// isProvisioned matches provisioned throughput, and the limits that AWS reports
// with the same exception. That is not the case for a batch that is refused as
// a whole by another limit. It was captured for a single write that exceeds the
// maximum of an on-demand index (docs/aws/throttling.md#refused-batches,
// docs/aws/throttling.md#maximum-of-an-index).
func isProvisioned(e *dynamo.ThrottleError) bool {
	v := &e.Verdict
	switch v.Limit {
	case capacity.ProvisionedThroughput:
		return true
	case capacity.AccountLimit:
		return false
	case capacity.MaxOnDemandThroughput:
		return v.Resource.Index && v.Direction == capacity.Write && e.Request == dynamo.Scalar
	default:
		return !v.OnDemand && e.Request != dynamo.Batch
	}
}

// throttleText returns the message about the limit that refused. No text is
// known for a partition of a provisioned table. Assumed: it is that of the
// table or index, since hot keys are reported with it.
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

package watch

import (
	"strconv"

	"lullaby/capacity"
)

// Namespace is that of all metrics here.
const Namespace = "AWS/DynamoDB"

// A Metric is a metric of DynamoDB (Developer Guide, "DynamoDB metrics and
// dimensions").
type Metric uint8

// The metrics of a table, or of one of its global indexes alone: with TableName,
// or with GlobalSecondaryIndexName too.
const (
	ConsumedReadCapacityUnits Metric = iota
	ConsumedWriteCapacityUnits

	ReadThrottleEvents // of any of the four causes that follow
	ReadProvisionedThroughputThrottleEvents
	ReadKeyRangeThroughputThrottleEvents
	ReadAccountLimitThrottleEvents
	ReadMaxOnDemandThroughputThrottleEvents

	WriteThrottleEvents // the same
	WriteProvisionedThroughputThrottleEvents
	WriteKeyRangeThroughputThrottleEvents
	WriteAccountLimitThrottleEvents
	WriteMaxOnDemandThroughputThrottleEvents

	OnlineIndexConsumedWriteCapacity // of an index that is being filled
)

// The metrics of a table.
const (
	ConditionalCheckFailedRequests Metric = iota + OnlineIndexConsumedWriteCapacity + 1
	TransactionConflict
	TimeToLiveDeletedItemCount
)

// The metrics of requests, with TableName and Operation; UserErrors has neither.
const (
	SuccessfulRequestLatency Metric = iota + TimeToLiveDeletedItemCount + 1 // milliseconds; one datapoint a request
	ThrottledRequests
	ReturnedItemCount
	SystemErrors
	UserErrors
)

var metricNames = [...]string{
	ConsumedReadCapacityUnits:                "ConsumedReadCapacityUnits",
	ConsumedWriteCapacityUnits:               "ConsumedWriteCapacityUnits",
	ReadThrottleEvents:                       "ReadThrottleEvents",
	ReadProvisionedThroughputThrottleEvents:  "ReadProvisionedThroughputThrottleEvents",
	ReadKeyRangeThroughputThrottleEvents:     "ReadKeyRangeThroughputThrottleEvents",
	ReadAccountLimitThrottleEvents:           "ReadAccountLimitThrottleEvents",
	ReadMaxOnDemandThroughputThrottleEvents:  "ReadMaxOnDemandThroughputThrottleEvents",
	WriteThrottleEvents:                      "WriteThrottleEvents",
	WriteProvisionedThroughputThrottleEvents: "WriteProvisionedThroughputThrottleEvents",
	WriteKeyRangeThroughputThrottleEvents:    "WriteKeyRangeThroughputThrottleEvents",
	WriteAccountLimitThrottleEvents:          "WriteAccountLimitThrottleEvents",
	WriteMaxOnDemandThroughputThrottleEvents: "WriteMaxOnDemandThroughputThrottleEvents",
	OnlineIndexConsumedWriteCapacity:         "OnlineIndexConsumedWriteCapacity",
	ConditionalCheckFailedRequests:           "ConditionalCheckFailedRequests",
	TransactionConflict:                      "TransactionConflict",
	TimeToLiveDeletedItemCount:               "TimeToLiveDeletedItemCount",
	SuccessfulRequestLatency:                 "SuccessfulRequestLatency",
	ThrottledRequests:                        "ThrottledRequests",
	ReturnedItemCount:                        "ReturnedItemCount",
	SystemErrors:                             "SystemErrors",
	UserErrors:                               "UserErrors",
}

// String returns AWS's name.
func (m Metric) String() string {
	if int(m) < len(metricNames) {
		return metricNames[m]
	}
	return "Metric(" + strconv.Itoa(int(m)) + ")"
}

// Unit returns the unit of the metric's values, as AWS names it.
func (m Metric) Unit() string {
	if m == SuccessfulRequestLatency {
		return "Milliseconds"
	}
	return "Count"
}

// The metrics of what capacity decides, by its directions and limits.
var (
	consumed = [...]Metric{capacity.Read: ConsumedReadCapacityUnits, capacity.Write: ConsumedWriteCapacityUnits}
	events   = [...]Metric{capacity.Read: ReadThrottleEvents, capacity.Write: WriteThrottleEvents}
	causes   = [...][2]Metric{
		capacity.ProvisionedThroughput: {ReadProvisionedThroughputThrottleEvents, WriteProvisionedThroughputThrottleEvents},
		capacity.KeyRangeThroughput:    {ReadKeyRangeThroughputThrottleEvents, WriteKeyRangeThroughputThrottleEvents},
		capacity.AccountLimit:          {ReadAccountLimitThrottleEvents, WriteAccountLimitThrottleEvents},
		capacity.MaxOnDemandThroughput: {ReadMaxOnDemandThroughputThrottleEvents, WriteMaxOnDemandThroughputThrottleEvents},
	}
)

package meter

import (
	"lullaby/capacity"
	"lullaby/watch"
)

// Namespace is the namespace of all metrics here.
const Namespace = "AWS/DynamoDB"

// The dimensions of the metrics (Developer Guide, "DynamoDB metrics and
// dimensions"). A metric of a table has TableName, one of a global index both
// TableName and GlobalSecondaryIndexName, one of requests TableName and
// Operation.
const (
	TableName = "TableName"
	IndexName = "GlobalSecondaryIndexName"
	Operation = "Operation" // as in X-Amz-Target
)

// The metrics of requests, with TableName and Operation; UserErrors has no
// dimensions.
var (
	SuccessfulRequestLatency = watch.Metric{Namespace: Namespace, Name: "SuccessfulRequestLatency", Unit: watch.Milliseconds}
	ThrottledRequests        = count("ThrottledRequests")
	ReturnedItemCount        = count("ReturnedItemCount")
	SystemErrors             = count("SystemErrors")
	UserErrors               = count("UserErrors")
)

// A kind is a metric of a table or index, in one direction or both.
type kind uint8

const (
	consumed kind = iota // by direction, as the next six
	provisioned
	throttled      // for any of the next four causes
	byProvisioned  // ProvisionedThroughput
	byKeyRange     // KeyRangeThroughput
	byAccountLimit // AccountLimit
	byMaximum      // MaxOnDemandThroughput
	backfilled     // of an index that is being filled
	conditionFailed
	conflict
	expired
	kinds
)

// metrics are the metrics by kind and direction. A metric without direction is
// under capacity.Write.
var metrics = [kinds][2]watch.Metric{
	consumed:        both("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
	provisioned:     both("ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"),
	throttled:       both("ReadThrottleEvents", "WriteThrottleEvents"),
	byProvisioned:   both("ReadProvisionedThroughputThrottleEvents", "WriteProvisionedThroughputThrottleEvents"),
	byKeyRange:      both("ReadKeyRangeThroughputThrottleEvents", "WriteKeyRangeThroughputThrottleEvents"),
	byAccountLimit:  both("ReadAccountLimitThrottleEvents", "WriteAccountLimitThrottleEvents"),
	byMaximum:       both("ReadMaxOnDemandThroughputThrottleEvents", "WriteMaxOnDemandThroughputThrottleEvents"),
	backfilled:      {capacity.Write: count("OnlineIndexConsumedWriteCapacity")},
	conditionFailed: {capacity.Write: count("ConditionalCheckFailedRequests")},
	conflict:        {capacity.Write: count("TransactionConflict")},
	expired:         {capacity.Write: count("TimeToLiveDeletedItemCount")},
}

// causes are the kinds of throttle events, by the limit that refused.
var causes = [...]kind{
	capacity.ProvisionedThroughput: byProvisioned,
	capacity.KeyRangeThroughput:    byKeyRange,
	capacity.AccountLimit:          byAccountLimit,
	capacity.MaxOnDemandThroughput: byMaximum,
}

func count(name string) watch.Metric {
	return watch.Metric{Namespace: Namespace, Name: name, Unit: watch.Count}
}

func both(read, write string) [2]watch.Metric {
	return [...]watch.Metric{capacity.Read: count(read), capacity.Write: count(write)}
}

package dynamo_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/watch/watchtest"
)

// A datapointTest is a request and the metrics that it leaves.
type datapointTest struct {
	name    string
	o       dynamo.Options
	table   string
	before  []string // requests whose metrics are discarded
	request string
	want    string
}

// run sends the requests to an engine of their own and compares the metrics of the
// last one.
func (tt datapointTest) run(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tape watchtest.Tape
		tt.o.Instant, tt.o.Metrics = true, &tape
		e := open(t, tt.o)
		create(t, e, tt.table)
		send := func(request string) {
			operation, body, _ := strings.Cut(request, " ")
			operations[operation](t, e, body)
		}
		for _, request := range tt.before {
			send(request)
		}
		tape.Sums()
		send(tt.request)
		if diff := cmp.Diff(tt.want, tape.Sums()); diff != "" {
			t.Errorf("%.100s (-want +got):\n%s", tt.request, diff)
		}
	})
}

func TestDatapoints(t *testing.T) {
	for _, tests := range [][]datapointTest{
		writeDatapoints, readDatapoints, transactionDatapoints, throttleDatapoints,
	} {
		for _, tt := range tests {
			t.Run(tt.name, tt.run)
		}
	}
}

// keyOf returns the members of a request that name a table and an item's key.
func keyOf(id string) string { return `"TableName":"tab","Key":{"id":{"S":"` + id + `"}}` }

var writeDatapoints = []datapointTest{
	{
		name: "put", table: hashTable, request: putItem("a", 2),
		want: "ConsumedWriteCapacityUnits tab: 2 in 1",
	},
	{
		name: "put without limits", o: dynamo.Options{Unlimited: true}, table: hashTable, request: putItem("a", 390),
		want: "ConsumedWriteCapacityUnits tab: 390 in 1",
	},
	{
		name: "put into one index of two", table: indexedBy(5, "g", "h"), request: putItem("a", 2, "h"),
		want: "ConsumedWriteCapacityUnits tab/by-h: 2 in 1\nConsumedWriteCapacityUnits tab: 2 in 1",
	},
	{
		name: "an entry moves", table: indexedBy(5, "g"), before: []string{putItem("a", 2, "g")},
		request: `UpdateItem {` + keyOf("a") + `,"UpdateExpression":"SET g = id"}`,
		want:    "ConsumedWriteCapacityUnits tab/by-g: 4 in 1\nConsumedWriteCapacityUnits tab: 2 in 1",
	},
	{
		name: "a local index is the table's", table: locallyIndexed, request: putItem("a", 2, "r", "l"),
		want: "ConsumedWriteCapacityUnits tab: 3 in 1",
	},
	{
		name: "failed condition", table: hashTable, before: []string{putItem("a", 3)},
		request: `DeleteItem {` + keyOf("a") + `,"ConditionExpression":"attribute_not_exists(id)"}`,
		want:    "ConditionalCheckFailedRequests tab: 1 in 1\nConsumedWriteCapacityUnits tab: 3 in 1",
	},
	{
		name: "invalid update", table: hashTable, request: `UpdateItem {` + keyOf("a") + `,"UpdateExpression":"SET x = y"}`,
	},
}

var readDatapoints = []datapointTest{
	{
		name: "get", table: hashTable, before: []string{putItem("a", 5)}, request: `GetItem {` + keyOf("a") + `,"ConsistentRead":true}`,
		want: "ConsumedReadCapacityUnits tab: 2 in 1",
	},
	{
		name: "get of nothing", table: hashTable, request: `GetItem {` + keyOf("a") + `}`,
		want: "ConsumedReadCapacityUnits tab: 0.5 in 1",
	},
	{
		name: "batch of gets", table: hashTable, request: `BatchGetItem {"RequestItems":{"tab":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"b"}}]}}}`,
		want: "ConsumedReadCapacityUnits tab: 1 in 2",
	},
	{
		name: "query of the table", table: hashTable, before: []string{putItem("a", 9)},
		request: `Query {"TableName":"tab","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}}}`,
		want:    "ConsumedReadCapacityUnits tab: 1.5 in 1",
	},
	{
		name: "query of a global index", table: indexedBy(5, "g"), before: []string{putItem("a", 9, "g")},
		request: `Query {"TableName":"tab","IndexName":"by-g","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"x"}}}`,
		want:    "ConsumedReadCapacityUnits tab/by-g: 1.5 in 1",
	},
	{
		name: "query of a local index that fetches", table: locallyIndexed, before: []string{putItem("a", 9, "r", "l")},
		request: `Query {"TableName":"tab","IndexName":"by-l","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}},"Select":"ALL_ATTRIBUTES"}`,
		want:    "ConsumedReadCapacityUnits tab: 2 in 1",
	},
	{
		name: "scan", table: hashTable, before: []string{putItem("a", 5), putItem("b", 5)}, request: `Scan {"TableName":"tab","Limit":1}`,
		want: "ConsumedReadCapacityUnits tab: 1 in 1",
	},
}

var transactionDatapoints = []datapointTest{
	{
		name: "transaction", table: indexedBy(5, "g"), request: `TransactWriteItems {"TransactItems":[{"Put":{"TableName":"tab","Item":` + item("a", 2, "g") +
			`}},{"ConditionCheck":{` + keyOf("b") + `,"ConditionExpression":"attribute_not_exists(id)"}}]}`,
		want: "ConsumedWriteCapacityUnits tab/by-g: 2 in 1\nConsumedWriteCapacityUnits tab: 6 in 2",
	},
	{
		name: "transaction without limits", o: dynamo.Options{Unlimited: true}, table: hashTable,
		request: `TransactWriteItems {"TransactItems":[{"Delete":{` + keyOf("a") + `}}]}`,
		want:    "ConsumedWriteCapacityUnits tab: 2 in 1",
	},
	{
		name: "canceled transaction", table: hashTable, before: []string{putItem("a", 3)},
		request: `TransactWriteItems {"TransactItems":[{"Update":{` + keyOf("a") + `,"UpdateExpression":"SET n = id"}},{"Delete":{` +
			keyOf("b") + `,"ConditionExpression":"attribute_exists(id)"}}]}`,
		want: "ConditionalCheckFailedRequests tab: 1 in 1\nConsumedWriteCapacityUnits tab: 8 in 2",
	},
	{
		name: "repeated transaction", table: hashTable,
		before:  []string{`TransactWriteItems {"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"tab","Item":` + item("a", 5) + `}}]}`},
		request: `TransactWriteItems {"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"tab","Item":` + item("a", 5) + `}}]}`,
		want:    "ConsumedReadCapacityUnits tab: 4 in 1",
	},
	{
		name: "transaction of reads", table: hashTable, before: []string{putItem("a", 5)},
		request: `TransactGetItems {"TransactItems":[{"Get":{` + keyOf("a") + `}},{"Get":{` + keyOf("b") + `}}]}`,
		want:    "ConsumedReadCapacityUnits tab: 6 in 2",
	},
}

// strict makes limits easy to reach: a table saves up one second of units, and an
// index buffers nothing.
var strict = dynamo.Options{Pessimistic: true}

// Formats of a throttled write's metrics: the requests, and the table or index.
const (
	throttled   = ": %[1]d in %[1]d\nWriteThrottleEvents %[2]s: %[1]d in %[1]d"
	provisioned = "WriteProvisionedThroughputThrottleEvents %[2]s" + throttled
	keyRange    = "WriteKeyRangeThroughputThrottleEvents %[2]s" + throttled
	onDemandMax = "WriteMaxOnDemandThroughputThrottleEvents %[2]s" + throttled
)

var throttleDatapoints = []datapointTest{
	{
		name: "throttled put", o: strict, table: hashTable, before: []string{putItem("a", 6)}, request: putItem("b", 1),
		want: fmt.Sprintf(provisioned, 1, "tab"),
	},
	{
		name: "throttled get", o: strict, table: units(1, 5), before: []string{`GetItem {` + keyOf("a") + `,"ConsistentRead":true}`},
		request: `GetItem {` + keyOf("a") + `}`,
		want:    "ReadProvisionedThroughputThrottleEvents tab: 1 in 1\nReadThrottleEvents tab: 1 in 1",
	},
	{
		name: "throttled query of an index", o: strict, table: indexedBy(5, "g"),
		before:  []string{`Scan {"TableName":"tab","IndexName":"by-g"}`, `Scan {"TableName":"tab","IndexName":"by-g"}`},
		request: `Query {"TableName":"tab","IndexName":"by-g","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"x"}}}`,
		want:    "ReadProvisionedThroughputThrottleEvents tab/by-g: 1 in 1\nReadThrottleEvents tab/by-g: 1 in 1",
	},
	{
		name: "batch throttled in part", o: strict, table: hashTable, request: batchPut(4, "a", "b", "c", "d"),
		want: "ConsumedWriteCapacityUnits tab: 8 in 2\n" + fmt.Sprintf(provisioned, 2, "tab"),
	},
	{
		name: "batch throttled whole", o: strict, table: hashTable, before: []string{putItem("e", 6)}, request: batchPut(1, "a", "b", "c"),
		want: fmt.Sprintf(provisioned, 3, "tab"),
	},
	{
		name: "throttled transaction", o: strict, table: hashTable, before: []string{putItem("e", 6)},
		request: `TransactWriteItems {"TransactItems":[{"Put":{"TableName":"tab","Item":` + item("a", 1) + `}},{"Delete":{` + keyOf("b") + `}}]}`,
		want:    fmt.Sprintf(provisioned, 2, "tab"),
	},
	{
		name: "throttled transaction of reads", o: strict, table: units(1, 5), before: []string{`GetItem {` + keyOf("a") + `,"ConsistentRead":true}`},
		request: `TransactGetItems {"TransactItems":[{"Get":{` + keyOf("a") + `}},{"Get":{` + keyOf("b") + `}}]}`,
		want:    "ReadProvisionedThroughputThrottleEvents tab: 2 in 2\nReadThrottleEvents tab: 2 in 2",
	},
	{
		name: "a table and three indexes", o: strict, table: indexedBy(1, "g", "h", "i"), before: []string{putItem("a", 2, "g", "h", "i")}, request: putItem("b", 1, "g", "h", "i"),
		want: "WriteProvisionedThroughputThrottleEvents tab/by-g: 1 in 1\nWriteProvisionedThroughputThrottleEvents tab/by-h: 1 in 1\n" +
			"WriteProvisionedThroughputThrottleEvents tab/by-i: 1 in 1\nWriteProvisionedThroughputThrottleEvents tab: 1 in 1\n" +
			"WriteThrottleEvents tab/by-g: 1 in 1\nWriteThrottleEvents tab/by-h: 1 in 1\nWriteThrottleEvents tab/by-i: 1 in 1\nWriteThrottleEvents tab: 1 in 1",
	},
	{
		name: "an index that is behind", o: strict, table: indexedBy(1000, "g", "h"), before: []string{putItem("a", 2, "g")}, request: putItem("b", 1),
		want: fmt.Sprintf(provisioned, 1, "tab/by-g"),
	},
	{
		name: "a transaction and an index that is behind", o: strict, table: indexedBy(1000, "g"), before: []string{putItem("a", 2, "g")},
		request: `TransactWriteItems {"TransactItems":[{"Put":{"TableName":"tab","Item":` + item("b", 1, "g") + `}},{"Update":{` + keyOf("a") + `,"UpdateExpression":"SET g = id"}}]}`,
		want:    fmt.Sprintf(provisioned, 2, "tab/by-g"),
	},
	{
		name: "hot key on demand", o: strict,
		table: strings.Replace(hashTable, `"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}`, `"BillingMode":"PAY_PER_REQUEST"`, 1),
		before: []string{
			putItem("a", 390), putItem("a", 390), putItem("a", 390),
		},
		request: putItem("a", 1),
		want:    fmt.Sprintf(keyRange, 1, "tab"),
	},
	{
		name: "hot key of a large table", o: strict, table: units(5, 5000), before: []string{putItem("a", 390), putItem("a", 390), putItem("a", 390)}, request: putItem("a", 1),
		want: fmt.Sprintf(keyRange, 1, "tab"),
	},
	{
		name: "maximum on demand", o: strict,
		table: strings.Replace(hashTable, `"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}`,
			`"BillingMode":"PAY_PER_REQUEST","OnDemandThroughput":{"MaxWriteRequestUnits":1}`, 1),
		before: []string{putItem("a", 2)}, request: putItem("b", 1),
		want: fmt.Sprintf(onDemandMax, 1, "tab"),
	},
}

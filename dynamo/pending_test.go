package dynamo_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
	"lullaby/storage/storagetest"
)

// pendingTable has a global and a local index and a stream.
const pendingTable = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],` +
	`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",` +
	`"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},` +
	`"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],` +
	`"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]}`

// pendingRequests are requests while the put of an item with h = "a", r = "1",
// g = "new" waits for its fsync, and whether their answers depend on it.
var pendingRequests = []struct {
	name, operation, body string
	waits                 bool
	fails                 bool // by a condition; such a request waits for the lock of the key
}{
	{name: "a strong read", operation: "GetItem", body: `{"TableName":"tab","Key":{"h":{"S":"a"},"r":{"S":"1"}},"ConsistentRead":true}`, waits: true},
	{name: "an eventual read", operation: "GetItem", body: `{"TableName":"tab","Key":{"h":{"S":"a"},"r":{"S":"1"}}}`, waits: true},
	{name: "a batch of reads", operation: "BatchGetItem", body: `{"RequestItems":{"tab":{"Keys":[{"h":{"S":"b"},"r":{"S":"1"}},{"h":{"S":"a"},"r":{"S":"1"}}]}}}`, waits: true},
	{name: "a transaction of reads", operation: "TransactGetItems", body: `{"TransactItems":[{"Get":{"TableName":"tab","Key":{"h":{"S":"a"},"r":{"S":"1"}}}}]}`, waits: true},
	{name: "a query", operation: "Query", body: `{"TableName":"tab","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"a"}}}`, waits: true},
	{name: "a query backward", operation: "Query", body: `{"TableName":"tab","ScanIndexForward":false,"KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"a"}}}`, waits: true},
	{name: "a count", operation: "Query", body: `{"TableName":"tab","Select":"COUNT","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"a"}}}`, waits: true},
	{name: "a query of a global index", operation: "Query", body: `{"TableName":"tab","IndexName":"global","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"new"}}}`, waits: true},
	{name: "a query of what left a global index", operation: "Query", body: `{"TableName":"tab","IndexName":"global","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"old"}}}`, waits: true},
	{name: "a query of a local index", operation: "Query", body: `{"TableName":"tab","IndexName":"local","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"a"}}}`, waits: true},
	{name: "a query of a local index that fetches", operation: "Query", body: `{"TableName":"tab","IndexName":"local","Select":"ALL_ATTRIBUTES","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"a"}}}`, waits: true},
	{name: "a scan", operation: "Scan", body: `{"TableName":"tab"}`, waits: true},
	{name: "a scan of an index", operation: "Scan", body: `{"TableName":"tab","IndexName":"global"}`, waits: true},
	{name: "a failed condition", operation: "PutItem", body: `{"TableName":"tab","Item":{"h":{"S":"a"},"r":{"S":"1"}},"ConditionExpression":"g = :old","ExpressionAttributeValues":{":old":{"S":"old"}}}`, waits: true, fails: true},
	{name: "a failed update", operation: "UpdateItem", body: `{"TableName":"tab","Key":{"h":{"S":"a"},"r":{"S":"1"}},"UpdateExpression":"SET n = g","ConditionExpression":"attribute_not_exists(g)"}`, waits: true, fails: true},
	{name: "a cancelled transaction", operation: "TransactWriteItems", body: `{"TransactItems":[{"ConditionCheck":{"TableName":"tab","Key":{"h":{"S":"a"},"r":{"S":"1"}},"ConditionExpression":"attribute_not_exists(g)"}}]}`, waits: true, fails: true},

	{name: "a read of another item", operation: "GetItem", body: `{"TableName":"tab","Key":{"h":{"S":"a"},"r":{"S":"2"}},"ConsistentRead":true}`},
	{name: "a query of another partition", operation: "Query", body: `{"TableName":"tab","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"b"}}}`},
	{name: "a query that stops before", operation: "Query", body: `{"TableName":"tab","Limit":1,"KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"a"}}}`},
	{name: "a query of another key of an index", operation: "Query", body: `{"TableName":"tab","IndexName":"global","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"quiet"}}}`},
	{name: "a scan of another table", operation: "Scan", body: `{"TableName":"quiet"}`},
	{name: "a description", operation: "DescribeTable", body: `{"TableName":"tab"}`},
}

// Whatever shows a write, or depends on it, waits until the write is durable.
// Other requests do not wait.
func TestAnswersAwaitDurability(t *testing.T) {
	for _, d := range []storage.Durability{storage.Disk, storage.Process} {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { askWhilePending(t, d, "") })
			for _, r := range pendingRequests {
				if r.fails { // alone: a transaction would refuse another that is ongoing
					askWhilePending(t, d, r.name) // synctest cannot see that a lock is awaited
				}
			}
		})
	}
}

// pendingEngine returns an engine with items, on a disk that can be held.
func pendingEngine(t *testing.T, d storage.Durability) (*dynamo.Engine, *storagetest.HeldFS) {
	t.Helper()
	fs := &storagetest.HeldFS{FS: vfs.NewMem(), AtWrite: d == storage.Process}
	db, err := storage.Open("data", storage.Options{Durability: d, FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t, db, dynamo.Options{Instant: true, Unlimited: true})
	t.Cleanup(func() {
		if err := errors.Join(stop(e), db.Close()); err != nil {
			t.Error(err)
		}
	})
	create(t, e, pendingTable)
	create(t, e, strings.Replace(hashTable, `"tab"`, `"quiet"`, 1))
	for _, item := range []string{
		`"h":{"S":"a"},"r":{"S":"0"}`,
		`"h":{"S":"a"},"r":{"S":"1"},"g":{"S":"old"}`,
		`"h":{"S":"a"},"r":{"S":"2"}`,
		`"h":{"S":"b"},"r":{"S":"1"},"g":{"S":"quiet"}`,
	} {
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{`+item+`}}`)
	}
	return e, fs
}

// askWhilePending sends the request that fails and has a name, or those that do not fail
// if the name is empty.
func askWhilePending(t *testing.T, d storage.Durability, failing string) {
	t.Helper()
	e, fs := pendingEngine(t, d)
	began, release := fs.Hold("new")
	var durable atomic.Bool
	var waiting, others sync.WaitGroup
	waiting.Go(func() {
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"h":{"S":"a"},"r":{"S":"1"},"g":{"S":"new"}}}`)
	})
	<-began
	if failing == "" {
		synctest.Wait() // the change is in memory too
	}
	for _, r := range pendingRequests {
		if r.fails && r.name != failing || !r.fails && failing != "" {
			continue
		}
		group := &others
		if r.waits {
			group = &waiting
		}
		group.Go(func() {
			_, err := modelOperations[r.operation](e, r.body)
			if err != nil && !r.fails {
				t.Errorf("%s: %v", r.name, err)
			}
			if after := durable.Load(); after != r.waits {
				t.Errorf("%s: answered after the fsync: %v, want %v", r.name, after, r.waits)
			}
		})
	}
	if failing == "" {
		synctest.Wait()
	}
	others.Wait()
	if n := recordsOf(t, e); n != 4 {
		t.Errorf("the stream shows %d records before the write is durable, want 4", n)
	}
	durable.Store(true)
	release()
	waiting.Wait()
	if n := recordsOf(t, e); n != 5 {
		t.Errorf("the stream shows %d records, want 5", n)
	}
}

// recordsOf returns how many records the stream of the table shows.
func recordsOf(t *testing.T, e *dynamo.Engine) int {
	t.Helper()
	now := instant.Of(time.Now())
	out, err := e.DescribeTable(t.Context(), now, input[request.DescribeTableInput](t, `{"TableName":"tab"}`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.ReadStream(now, out.Table.LatestStreamArn, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return len(p.Records)
}

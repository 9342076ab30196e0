package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/internal/sigv4"
	"lullaby/storage"
	"lullaby/watch/watchtest"
	"lullaby/wire"
)

const (
	countedKey   = `"TableName":"tab","Key":{"id":{"S":"a"}}`
	countedBatch = `{"RequestItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"a"}}}},{"PutRequest":{"Item":{"id":{"S":"b"}}}}],"two":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}}`
	userError    = "UserErrors: 1"
	notThere     = `attribute_not_exists(id)`
)

// drain takes a table's whole burst.
func drain(table string) []string {
	return []string{`PutItem {"TableName":"` + table + `","Item":{"id":{"S":"a"},"b":{"S":"` + strings.Repeat("x", 2000) + `"}}}`}
}

// A countedRequest is a request and its metrics.
type countedRequest struct {
	name              string
	before            []string // operations and bodies, sent first
	operation, body   string
	unsigned, corrupt bool
	want              string
}

var countedRequests = []countedRequest{
	{name: "put", operation: "PutItem", body: drain("tab")[0][len("PutItem "):], want: "SuccessfulRequestLatency PutItem tab: 0"},
	{name: "by its ARN", operation: "GetItem", body: `{"TableName":"arn:aws:dynamodb:us-east-1:123456789012:table/tab","Key":{"id":{"S":"a"}}}`, want: "SuccessfulRequestLatency GetItem tab: 0"},
	{
		name: "scan", before: []string{"BatchWriteItem " + countedBatch}, operation: "Scan",
		body: `{"TableName":"two","ConsistentRead":true,"FilterExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"a"}}}`,
		want: "ReturnedItemCount Scan two: 1\nSuccessfulRequestLatency Scan two: 0",
	},
	{
		name: "query", operation: "Query", body: `{"TableName":"tab","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"b"}}}`,
		want: "ReturnedItemCount Query tab: 0\nSuccessfulRequestLatency Query tab: 0",
	},
	{name: "batch of two tables", operation: "BatchWriteItem", body: countedBatch, want: "SuccessfulRequestLatency BatchWriteItem tab: 0\nSuccessfulRequestLatency BatchWriteItem two: 0"},
	{name: "no operation on items", operation: "DescribeTable", body: `{"TableName":"tab"}`},
	{name: "throttled", before: drain("tab"), operation: "UpdateItem", body: `{` + countedKey + `}`, want: "ThrottledRequests UpdateItem tab: 1"},
	{name: "batch throttled in part", before: drain("tab"), operation: "BatchWriteItem", body: countedBatch, want: "SuccessfulRequestLatency BatchWriteItem tab: 0\nSuccessfulRequestLatency BatchWriteItem two: 0"},
	{
		name: "batch throttled whole", before: slices.Concat(drain("tab"), drain("two")), operation: "BatchWriteItem", body: countedBatch,
		want: "ThrottledRequests BatchWriteItem tab: 1\nThrottledRequests BatchWriteItem two: 1",
	},
	{
		name: "throttled transaction", before: drain("two"), operation: "TransactWriteItems",
		body: `{"TransactItems":[{"Delete":{` + countedKey + `}},{"Delete":{"TableName":"two","Key":{"id":{"S":"b"}}}}]}`,
		want: "ThrottledRequests TransactWriteItems two: 1",
	},
	{
		name: "transaction", operation: "TransactWriteItems",
		body: `{"TransactItems":[{"Delete":{` + countedKey + `}},{"Put":{"TableName":"tab","Item":{"id":{"S":"b"}}}},` +
			`{"ConditionCheck":{"TableName":"two","Key":{"id":{"S":"a"}},"ConditionExpression":"` + notThere + `"}}]}`,
		want: "SuccessfulRequestLatency TransactWriteItems tab: 0\nSuccessfulRequestLatency TransactWriteItems two: 0",
	},
	{
		name: "transaction of reads", operation: "TransactGetItems", body: `{"TransactItems":[{"Get":{` + countedKey + `}}]}`,
		want: "SuccessfulRequestLatency TransactGetItems tab: 0",
	},
	{name: "batch of reads", operation: "BatchGetItem", body: `{"RequestItems":{"tab":{"Keys":[{"id":{"S":"a"}}]}}}`, want: "SuccessfulRequestLatency BatchGetItem tab: 0"},
	{name: "failed condition", operation: "DeleteItem", body: `{` + countedKey + `,"ConditionExpression":"attribute_exists(id)"}`},
	{
		name: "canceled transaction", operation: "TransactWriteItems", body: `{"TransactItems":[{"Delete":{` + countedKey + `,"ConditionExpression":"attribute_exists(id)"}}]}`,
		want: userError,
	},
	{name: "invalid", operation: "GetItem", body: `{"TableName":"tab"}`, want: userError},
	{name: "invalid table", operation: "CreateTable", body: `{}`, want: userError},
	{name: "no table", operation: "GetItem", body: `{"TableName":"nope","Key":{"id":{"S":"a"}}}`, want: userError},
	{name: "no JSON", operation: "GetItem", body: `{`, want: userError},
	{name: "no operation", operation: "GetNothing", body: `{}`, want: userError},
	{name: "not signed", operation: "GetItem", body: `{` + countedKey + `}`, unsigned: true, want: userError},
	{name: "fault of ours", before: drain("tab"), operation: "GetItem", body: `{"ConsistentRead":true,` + countedKey + `}`, corrupt: true, want: "SystemErrors GetItem tab: 1"},
}

// The metrics of requests, by their answers.
func TestRequestsAreCounted(t *testing.T) {
	for _, tt := range countedRequests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tt.run(t) })
		})
	}
}

func (tt *countedRequest) run(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dynamo.New(db, dynamo.Options{Instant: true, Pessimistic: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(engine.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}()
	var told watchtest.Tape
	s := wire.New(wire.Services{DynamoDB: engine}, wire.Options{Metrics: &told})
	ask := func(s *wire.Server, operation, body string) {
		c := new(fasthttp.RequestCtx)
		c.Request.Header.SetMethod("POST")
		c.Request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		c.Request.Header.Set("Content-Type", "application/x-amz-json-1.0")
		c.Request.Header.Set("X-Amz-Date", "20260101T000000Z")
		c.Request.Header.Set("Authorization", signature)
		c.Request.SetBodyString(body)
		s.Handle(c)
	}
	for _, name := range []string{"tab", "two"} {
		ask(s, "CreateTable", strings.Replace(table, "tab", name, 1))
	}
	for _, request := range tt.before {
		operation, body, _ := strings.Cut(request, " ")
		ask(s, operation, body)
	}
	if tt.corrupt {
		corrupt(t, db)
	}
	if tt.unsigned {
		s = wire.New(wire.Services{DynamoDB: engine}, wire.Options{Metrics: &told, Keys: sigv4.Keys{"b": {SecretAccessKey: "c"}}})
	}
	told.Take()
	ask(s, tt.operation, tt.body)
	samples := told.Take()
	got := make([]string, len(samples))
	for i, s := range samples {
		got[i] = fmt.Sprint(strings.Join(strings.Fields(s.Metric.Name+" "+s.Dimension("Operation")+" "+s.Dimension("TableName")), " "), ": ", s.Value)
	}
	slices.Sort(got)
	if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", tt.operation, diff)
	}
}

// corrupt makes every item unreadable.
func corrupt(t *testing.T, db *storage.DB) {
	t.Helper()
	b := db.NewBatch()
	err := db.Scan([]byte{storage.Items}, []byte{storage.Items + 1}, func(key, _ []byte) (bool, error) {
		b.Set(bytes.Clone(key), nil)
		return true, nil
	})
	if err := errors.Join(err, b.Commit()); err != nil {
		t.Fatal(err)
	}
}

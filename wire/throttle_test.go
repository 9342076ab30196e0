package wire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/storage"
)

// A throttleCase reaches one of the reasons: a table with an index by g, and
// requests that are sent until one is refused for that reason.
type throttleCase struct {
	reason   string // its last part is that of the exception
	table    string // throughput in CreateTable
	index    string // and of its index
	requests func(n int) (operation, body string)
	want     string // exception, place of its reasons, and message
}

const (
	enough  = `"ProvisionedThroughput":{"ReadCapacityUnits":10000,"WriteCapacityUnits":10000}`
	one     = `"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}`
	free    = `"BillingMode":"PAY_PER_REQUEST"`
	warm    = `"WarmThroughput":{"ReadUnitsPerSecond":40000,"WriteUnitsPerSecond":40000}`
	maximum = `"OnDemandThroughput":{"MaxReadRequestUnits":1,"MaxWriteRequestUnits":1}`
)

// large fills an item of nearly 400 KB: 400 units to write, 100 to read.
var large = strings.Repeat("x", 409_000)

func putOf(id, g string) (operation, body string) {
	return "PutItem", `{"TableName":"tab","Item":{"id":{"S":"` + id + `"},"g":{"S":"` + g + `"},"v":{"S":"` + large + `"}}}`
}

// The requests of the cases: reads and writes of one or several items, of the
// table or its index.
var (
	writeOne  = func(int) (string, string) { return putOf("a", "a") }
	writeMany = func(n int) (string, string) { return putOf(strconv.Itoa(n), strconv.Itoa(n)) }
	writeOneG = func(n int) (string, string) { return putOf(strconv.Itoa(n), "a") }

	// Changing g costs the index twice as much as the table.
	writeIndex = func(n int) (string, string) { return putOf(strconv.Itoa(n%30), strconv.Itoa(n)) }

	get = func(id string) (string, string) {
		return "GetItem", `{"TableName":"tab","ConsistentRead":true,"Key":{"id":{"S":"` + id + `"}}}`
	}
	query = func(g string) (string, string) {
		return "Query", `{"TableName":"tab","IndexName":"by-g","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"` + g + `"}}}`
	}
)

// then sends requests of one kind before those of another.
func then(first int, of, and func(int) (string, string)) func(int) (string, string) {
	return func(n int) (string, string) {
		if n < first {
			return of(n)
		}
		return and(n - first)
	}
}

const (
	exceeded  = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException ThrottlingReasons "
	requests  = "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded ThrottlingReasons "
	throttles = "com.amazon.coral.availability#ThrottlingException throttlingReasons "
)

var throttleCases = []throttleCase{
	{"TableWriteProvisionedThroughputExceeded", one, enough, writeOne, exceeded + msgProvisioned},
	{
		"TableReadProvisionedThroughputExceeded", `"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1000}`, enough,
		then(1, writeOne, func(int) (string, string) { return get("a") }), exceeded + msgProvisioned,
	},
	{"IndexWriteProvisionedThroughputExceeded", enough, one, writeMany, exceeded + msgProvisionedIndex},
	{
		"IndexReadProvisionedThroughputExceeded", enough, `"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1000}`,
		then(1, writeOne, func(int) (string, string) { return query("a") }), exceeded + msgProvisionedIndex,
	},

	{"TableWriteKeyRangeThroughputExceeded", enough, enough, writeOne, exceeded + msgProvisioned},
	{"TableWriteKeyRangeThroughputExceeded", free, "", writeOne, throttles + msgOnDemand},
	{"TableReadKeyRangeThroughputExceeded", free, "", then(1, writeOne, func(int) (string, string) { return get("a") }), throttles + msgOnDemand},
	{"IndexWriteKeyRangeThroughputExceeded", enough, enough, writeOneG, exceeded + msgProvisionedIndex},
	{"IndexWriteKeyRangeThroughputExceeded", free + "," + warm, warm, writeOneG, throttles + msgOnDemandIndex},
	{"IndexReadKeyRangeThroughputExceeded", free, "", then(1, writeOne, func(int) (string, string) { return query("a") }), throttles + msgOnDemandIndex},

	{
		"TableWriteAccountLimitExceeded", free + "," + warm, warm,
		func(n int) (string, string) {
			return "PutItem", `{"TableName":"tab","Item":{"id":{"S":"` + strconv.Itoa(n) + `"},"v":{"S":"` + large + `"}}}`
		}, requests + msgAccount,
	},
	{
		"TableReadAccountLimitExceeded", free + "," + warm, warm,
		then(45, writeMany, func(n int) (string, string) { return get(strconv.Itoa(n % 45)) }), requests + msgAccount,
	},
	{"IndexWriteAccountLimitExceeded", free + "," + warm, warm, writeIndex, requests + msgAccount},
	{
		"IndexReadAccountLimitExceeded", free + "," + warm, warm,
		then(45, writeMany, func(n int) (string, string) { return query(strconv.Itoa(n % 45)) }), requests + msgAccount,
	},

	{"TableWriteMaxOnDemandThroughputExceeded", free + "," + maximum, "", writeOne, throttles + msgMaximum},
	{
		"TableReadMaxOnDemandThroughputExceeded", free + "," + `"OnDemandThroughput":{"MaxReadRequestUnits":1}`, "",
		then(1, writeOne, func(int) (string, string) { return get("a") }), throttles + msgMaximum,
	},
	{"IndexWriteMaxOnDemandThroughputExceeded", free, maximum, writeMany, exceeded + msgMaximum},
	{"IndexWriteMaxOnDemandThroughputExceeded", free, maximum, func(n int) (string, string) {
		_, put := putOf(strconv.Itoa(n), strconv.Itoa(n))
		return "TransactWriteItems", `{"TransactItems":[{"Put":` + put + `}]}`
	}, throttles + msgMaximum},
	{
		"IndexReadMaxOnDemandThroughputExceeded", free, `"OnDemandThroughput":{"MaxReadRequestUnits":1}`,
		then(1, writeOne, func(int) (string, string) { return query("a") }), throttles + msgMaximum,
	},

	// A batch refused as a whole by a partition gets ThrottlingException.
	{"TableWriteKeyRangeThroughputExceeded", enough, enough, func(int) (string, string) {
		_, put := putOf("a", "a")
		return "BatchWriteItem", `{"RequestItems":{"tab":[{"PutRequest":` + strings.Replace(put, `"TableName":"tab",`, "", 1) + `}]}}`
	}, throttles + msgProvisioned},
}

// Every reason can be reached, with its exception and message.
func TestThrottlingReasons(t *testing.T) {
	reached := map[string]bool{}
	for _, tt := range throttleCases {
		t.Run(tt.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tt.run(t) })
		})
		reached[tt.reason] = true
	}
	if len(reached) != 16 {
		t.Errorf("%d reasons are reached, want all 16", len(reached))
	}
}

func (tt *throttleCase) run(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	e, err := dynamo.New(db, dynamo.Options{Instant: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(e.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}()
	index := ""
	if tt.index != "" {
		index = "," + tt.index
	}
	var told Refusal
	s := New(Services{DynamoDB: e}, Options{Refused: func(r Refusal) { told = r }})
	call := func(operation, body string) (int, string) {
		c := signedPost("DynamoDB_20120810."+operation, body)
		s.handle(c)
		return c.Response.StatusCode(), string(c.Response.Body())
	}
	if status, body := call("CreateTable", `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],`+
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],`+
		`"Projection":{"ProjectionType":"ALL"}`+index+`}],`+tt.table+`}`); status != 200 {
		t.Fatal(body)
	}
	const most = 2_000
	for n := range most {
		status, body := call(tt.requests(n))
		if status == 200 {
			continue
		}
		if strings.HasPrefix(tt.want, requests) && strings.Contains(body, "KeyRange") {
			continue // a partition refuses before the quota does
		}
		exception, text, _ := strings.Cut(tt.want, " ")
		member, text, _ := strings.Cut(text, " ")
		resource := "arn:aws:dynamodb:us-east-1:123456789012:table/tab"
		if strings.HasPrefix(tt.reason, "Index") {
			resource += "/index/by-g"
		}
		want := fmt.Sprintf(`{"__type":"%s","message":"%s","%s":[{"reason":"%s","resource":"%s"}]}`, exception, text, member, tt.reason, resource)
		if status != 400 || body != want {
			t.Errorf("request %d got %d\n%s\nwant 400\n%s", n, status, body, want)
		}
		if told.Limit != tt.reason || "arn:aws:dynamodb:us-east-1:123456789012:table/"+told.Resource != resource || told.Code == "" || told.Request == "" {
			t.Errorf("told: %+v", told)
		}
		return
	}
	t.Errorf("%d requests passed", most)
}

// signedPost returns a request that is signed for an endpoint that accepts any
// credentials.
func signedPost(target, body string) *fasthttp.RequestCtx {
	c := new(fasthttp.RequestCtx)
	c.Request.Header.SetMethod("POST")
	c.Request.Header.Set("X-Amz-Target", target)
	c.Request.Header.Set("Content-Type", json10)
	c.Request.Header.Set("X-Amz-Date", "20260101T000000Z")
	c.Request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c")
	c.Request.SetBodyString(body)
	return c
}

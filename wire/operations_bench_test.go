package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/storage"
)

// BenchmarkOperations is what each operation costs from the body of its request
// to that of its answer, without the network: the workloads are those of
// internal/bench/tables.
func BenchmarkOperations(b *testing.B) {
	const throughput = `"ProvisionedThroughput":{"ReadCapacityUnits":1000000000,"WriteCapacityUnits":1000000000}`
	kilobyte, fifth := strings.Repeat("x", 1_000), strings.Repeat("y", 180)
	item := func(n int) string {
		return fmt.Sprintf(`{"id":{"S":"item-%d"},"payload":{"S":"%s"}}`, n%2_000, kilobyte)
	}
	several := func(n, count int, f func(i int) string) string {
		texts := make([]string, count)
		for i := range texts {
			texts[i] = f(n*count + i)
		}
		return strings.Join(texts, ",")
	}
	batch := func(n int) string {
		return `{"RequestItems":{"items":[` + several(n, 25, func(i int) string { return `{"PutRequest":{"Item":` + item(i) + `}}` }) + `]}}`
	}
	db, err := storage.Open(b.TempDir(), storage.Options{Durability: storage.Process})
	if err != nil {
		b.Fatal(err)
	}
	engine, err := dynamo.New(db, dynamo.Options{Instant: true, Unlimited: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = engine.Close(), db.Close() })
	s := New(Services{DynamoDB: engine}, Options{})
	call := func(operation, body string) *fasthttp.RequestCtx {
		c := new(fasthttp.RequestCtx)
		c.Request.Header.SetMethod("POST")
		c.Request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		c.Request.Header.Set("Content-Type", json10)
		c.Request.Header.Set("X-Amz-Date", "20260101T000000Z")
		c.Request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c")
		c.Request.SetBodyString(body)
		s.handle(c)
		if c.Response.StatusCode() != 200 {
			b.Fatalf("%s: %s", operation, c.Response.Body())
		}
		return c
	}
	call("CreateTable", `{"TableName":"items","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`+
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`+throughput+`}`)
	call("CreateTable", `{"TableName":"lists","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],`+
		`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],`+throughput+`}`)
	for n := range 80 {
		call("BatchWriteItem", batch(n))
	}
	for n := range 100 {
		call("BatchWriteItem", `{"RequestItems":{"lists":[`+several(n, 20, func(i int) string {
			return fmt.Sprintf(`{"PutRequest":{"Item":{"h":{"S":"list-%d"},"r":{"N":"%d"},"v":{"S":"%s"}}}}`, n, i, fifth)
		})+`]}}`)
	}
	fresh := 0
	for _, bb := range []struct {
		name, operation string
		body            func(n int) string
	}{
		{"PutItem", "PutItem", func(n int) string { return `{"TableName":"items","Item":` + item(n) + `}` }},
		{"PutItemIfNew", "PutItem", func(int) string {
			fresh++
			return fmt.Sprintf(`{"TableName":"items","Item":{"id":{"S":"new-%d"},"payload":{"S":"%s"}},"ConditionExpression":"attribute_not_exists(id)"}`, fresh, kilobyte)
		}},
		{"GetItem", "GetItem", func(n int) string {
			return fmt.Sprintf(`{"TableName":"items","ConsistentRead":true,"Key":{"id":{"S":"item-%d"}}}`, n%2_000)
		}},
		{"UpdateItem", "UpdateItem", func(n int) string {
			return fmt.Sprintf(`{"TableName":"items","Key":{"id":{"S":"counter-%d"}},"UpdateExpression":"ADD hits :one","ExpressionAttributeValues":{":one":{"N":"1"}}}`, n%1_000)
		}},
		{"Query20", "Query", func(n int) string {
			return fmt.Sprintf(`{"TableName":"lists","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"list-%d"}}}`, n%100)
		}},
		{"BatchWriteItem25", "BatchWriteItem", batch},
		{"TransactWriteItems4", "TransactWriteItems", func(n int) string {
			return `{"TransactItems":[` + several(n, 4, func(i int) string { return `{"Put":{"TableName":"items","Item":` + item(i) + `}}` }) + `]}`
		}},
		{"Scan1MB", "Scan", func(int) string { return `{"TableName":"items"}` }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c := call(bb.operation, bb.body(0))
			b.ReportAllocs()
			for n := 1; b.Loop(); n++ {
				c.Response.Reset()
				c.Request.SetBodyString(bb.body(n))
				s.handle(c)
			}
			if c.Response.StatusCode() != 200 {
				b.Fatalf("%d %s", c.Response.StatusCode(), c.Response.Body())
			}
		})
	}
}

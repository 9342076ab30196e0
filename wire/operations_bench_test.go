package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/storage"
)

// The items of the workloads: 1 KB in a table by id, 200 bytes in lists.
var (
	kilobyte = strings.Repeat("x", 1_000)
	fifth    = strings.Repeat("y", 180)
)

func benchItem(n int) string {
	return fmt.Sprintf(`{"id":{"S":"item-%d"},"payload":{"S":"%s"}}`, n%2_000, kilobyte)
}

// several joins the results of f for the nth group of numbers.
func several(n, count int, f func(i int) string) string {
	texts := make([]string, count)
	for i := range texts {
		texts[i] = f(n*count + i)
	}
	return strings.Join(texts, ",")
}

func benchBatch(n int) string {
	return `{"RequestItems":{"items":[` + several(n, 25, func(i int) string { return `{"PutRequest":{"Item":` + benchItem(i) + `}}` }) + `]}}`
}

// benchCall sends a request that must succeed.
func benchCall(b *testing.B, s *Server, operation, body string) *fasthttp.RequestCtx {
	b.Helper()
	c := signedPost("DynamoDB_20120810."+operation, body)
	s.handle(c)
	if c.Response.StatusCode() != 200 {
		b.Fatalf("%s: %s", operation, c.Response.Body())
	}
	return c
}

// benchServer has 2,000 items in one table and 100 lists of 20 in another.
func benchServer(b *testing.B) *Server {
	b.Helper()
	const throughput = `"ProvisionedThroughput":{"ReadCapacityUnits":1000000000,"WriteCapacityUnits":1000000000}`
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
	benchCall(b, s, "CreateTable", `{"TableName":"items","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`+
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`+throughput+`}`)
	benchCall(b, s, "CreateTable", `{"TableName":"lists","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],`+
		`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],`+throughput+`}`)
	for n := range 80 {
		benchCall(b, s, "BatchWriteItem", benchBatch(n))
	}
	for n := range 100 {
		benchCall(b, s, "BatchWriteItem", `{"RequestItems":{"lists":[`+several(n, 20, func(i int) string {
			return fmt.Sprintf(`{"PutRequest":{"Item":{"h":{"S":"list-%d"},"r":{"N":"%d"},"v":{"S":"%s"}}}}`, n, i, fifth)
		})+`]}}`)
	}
	return s
}

// BenchmarkOperations is the cost of each operation from the body of its
// request to that of its answer, without the network. The workloads are those
// of internal/bench/tables.
func BenchmarkOperations(b *testing.B) {
	s := benchServer(b)
	fresh := 0
	for _, bb := range []struct {
		name, operation string
		body            func(n int) string
	}{
		{"PutItem", "PutItem", func(n int) string { return `{"TableName":"items","Item":` + benchItem(n) + `}` }},
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
		{"BatchWriteItem25", "BatchWriteItem", benchBatch},
		{"TransactWriteItems4", "TransactWriteItems", func(n int) string {
			return `{"TransactItems":[` + several(n, 4, func(i int) string { return `{"Put":{"TableName":"items","Item":` + benchItem(i) + `}}` }) + `]}`
		}},
		{"Scan1MB", "Scan", func(int) string { return `{"TableName":"items"}` }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c := benchCall(b, s, bb.operation, bb.body(0))
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

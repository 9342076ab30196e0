//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"lullaby/internal/bench"
)

// A workload is one row: the same kind of request again and again.
type workload struct {
	name        string
	operation   string
	server      string  // the up that it runs against
	connections int     // 0: 16
	asked       float64 // share of the floor
	answer      int     // bytes of an answer; 0: a few
	body        func(n int64) string
}

// items is the number of items of 1 KB.
const items = 20_000

var (
	kilobyte = strings.Repeat("x", 1_000)
	fifth    = strings.Repeat("y", 180)
)

// fresh counts new items over all rounds and servers.
var fresh atomic.Int64

var workloads = []*workload{
	{name: "PutItem, 1 KB, process", operation: "PutItem", server: "process, limits on", asked: 0.50, body: put},
	{name: "PutItem, 1 KB, disk, 64 connections", operation: "PutItem", server: "disk, limits on", connections: 64, asked: 0.33, body: put},
	{name: "GetItem, strong", operation: "GetItem", server: "process, limits on", asked: 0.75, body: func(n int64) string {
		return `{"TableName":"items","ConsistentRead":true,"Key":{"id":{"S":"` + itemID(n) + `"}}}`
	}},
	{name: "UpdateItem ADD on 1,000 counters", operation: "UpdateItem", server: "process, limits on", asked: 0.50, body: func(n int64) string {
		return `{"TableName":"items","Key":{"id":{"S":"counter-` + strconv.FormatInt(n%1_000, 10) +
			`"}},"UpdateExpression":"ADD hits :one","ExpressionAttributeValues":{":one":{"N":"1"}}}`
	}},
	{name: "PutItem if attribute_not_exists", operation: "PutItem", server: "process, limits on", asked: 0.45, body: func(int64) string {
		return `{"TableName":"items","Item":{"id":{"S":"new-` + strconv.FormatInt(fresh.Add(1), 10) + `"},"payload":{"S":"` + kilobyte +
			`"}},"ConditionExpression":"attribute_not_exists(id)"}`
	}},
	{name: "Query, 20 items of 200 B", operation: "Query", server: "process, limits on", asked: 0.55, answer: 4_600, body: func(n int64) string {
		return `{"TableName":"lists","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"list-` +
			strconv.FormatInt(n%lists, 10) + `"}}}`
	}},
	{name: "BatchWriteItem, 25 x 1 KB", operation: "BatchWriteItem", server: "process, limits off", asked: 0.08, body: func(n int64) string {
		return `{"RequestItems":{"items":[` + several(n, 25, func(i int64) string { return `{"PutRequest":{"Item":` + item(i) + `}}` }) + `]}}`
	}},
	{name: "TransactWriteItems, 4 puts", operation: "TransactWriteItems", server: "process, limits off", asked: 0.32, body: func(n int64) string {
		return `{"TransactItems":[` + several(n, 4, func(i int64) string { return `{"Put":{"TableName":"items","Item":` + item(i) + `}}` }) + `]}`
	}},
	{name: "Scan, 1 MB pages", operation: "Scan", server: "process, limits on", asked: 0.10, answer: 1 << 20, body: func(int64) string {
		return `{"TableName":"items"}`
	}},
}

func itemID(n int64) string { return "item-" + strconv.FormatInt(n%items, 10) }

func item(n int64) string {
	return `{"id":{"S":"` + itemID(n) + `"},"payload":{"S":"` + kilobyte + `"}}`
}

func put(n int64) string { return `{"TableName":"items","Item":` + item(n) + `}` }

// several joins the results of f for count numbers, different ones for each n.
func several(n, count int64, f func(i int64) string) string {
	texts := make([]string, count)
	for i := range texts {
		texts[i] = f(n*count + int64(i))
	}
	return strings.Join(texts, ",")
}

// request returns the request of the workload to the server at url.
func (w *workload) request(url string) bench.Request {
	return bench.Request{Method: "POST", URL: url, Header: header(w.operation), Body: w.body, Status: 200}
}

func header(operation string) map[string]string {
	return map[string]string{
		"X-Amz-Target":  "DynamoDB_20120810." + operation,
		"Content-Type":  "application/x-amz-json-1.0",
		"X-Amz-Date":    "20260101T000000Z",
		"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c",
	}
}

// lists is the number of partitions of 20 items.
const lists = 1_000

// fill creates the tables and their items.
func fill(s *server) error {
	const throughput = `"ProvisionedThroughput":{"ReadCapacityUnits":40000,"WriteCapacityUnits":40000}`
	tables := []string{
		`{"TableName":"items","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
			`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` + throughput + `}`,
		`{"TableName":"lists","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],` +
			`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` + throughput + `}`,
	}
	for _, table := range tables {
		if err := send(s, "CreateTable", table); err != nil {
			return err
		}
	}
	if err := ready(s); err != nil {
		return err
	}
	for n := range int64(items / 25) {
		if err := send(s, "BatchWriteItem", `{"RequestItems":{"items":[`+
			several(n, 25, func(i int64) string { return `{"PutRequest":{"Item":` + item(i) + `}}` })+`]}}`); err != nil {
			return err
		}
	}
	for n := range int64(lists) {
		if err := send(s, "BatchWriteItem", `{"RequestItems":{"lists":[`+several(n, 20, func(i int64) string {
			return fmt.Sprintf(`{"PutRequest":{"Item":{"h":{"S":"list-%d"},"r":{"N":"%d"},"v":{"S":"%s"}}}}`, n, i, fifth)
		})+`]}}`); err != nil {
			return err
		}
	}
	return nil
}

// ready waits, for a bounded time, until the tables accept requests.
func ready(s *server) error {
	var err error
	for range 100 {
		err = errors.Join(
			send(s, "GetItem", `{"TableName":"items","Key":{"id":{"S":"a"}}}`),
			send(s, "GetItem", `{"TableName":"lists","Key":{"h":{"S":"a"},"r":{"N":"1"}}}`),
		)
		if err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// send performs one operation.
func send(s *server, operation, body string) error {
	r, err := http.NewRequest(http.MethodPost, s.url, strings.NewReader(body)) //nolint:noctx // bounded by the process
	if err != nil {
		return err
	}
	for name, value := range header(operation) {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d: %s", operation, resp.StatusCode, text)
	}
	return err
}

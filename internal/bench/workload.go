package bench

import (
	"cmp"
	"strconv"
	"strings"
	"sync/atomic"
)

// A Workload is a row of a table: the same kind of request again and again.
type Workload struct {
	Name        string
	Up          Up      // that it runs against
	Connections int     // 0: 16
	Asked       float64 // share of the floor's rate
	Answer      int     // bytes of an answer; 0: a few
	Request     Request // its URL is a path
}

// Conns returns the number of connections.
func (w *Workload) Conns() int { return cmp.Or(w.Connections, 16) }

// The ups of Workloads.
var (
	InProcess = Up{Durability: "process", Limits: "on"}
	OnDisk    = Up{Durability: "disk", Limits: "on"}
	Unlimited = Up{Durability: "process", Limits: "off"}
)

// Workloads returns the workloads of DynamoDB. Their tables and items are those of
// Fill.
func Workloads() []*Workload {
	return []*Workload{
		{Name: "PutItem, 1 KB, process", Up: InProcess, Asked: 0.58, Request: DynamoDB("PutItem", put)},
		{Name: "PutItem, 1 KB, disk, 64 connections", Up: OnDisk, Connections: 64, Asked: 0.38, Request: DynamoDB("PutItem", put)},
		{Name: "GetItem, strong", Up: InProcess, Asked: 0.75, Request: DynamoDB("GetItem", func(n int64) string {
			return `{"TableName":"items","ConsistentRead":true,"Key":{"id":{"S":"` + itemID(n) + `"}}}`
		})},
		{Name: "UpdateItem ADD on 1,000 counters", Up: InProcess, Asked: 0.50, Request: DynamoDB("UpdateItem", func(n int64) string {
			return `{"TableName":"items","Key":{"id":{"S":"counter-` + strconv.FormatInt(n%1_000, 10) +
				`"}},"UpdateExpression":"ADD hits :one","ExpressionAttributeValues":{":one":{"N":"1"}}}`
		})},
		{Name: "PutItem if attribute_not_exists", Up: InProcess, Asked: 0.45, Request: DynamoDB("PutItem", func(int64) string {
			return `{"TableName":"items","Item":{"id":{"S":"new-` + strconv.FormatInt(fresh.Add(1), 10) + `"},"payload":{"S":"` + kilobyte +
				`"}},"ConditionExpression":"attribute_not_exists(id)"}`
		})},
		{Name: "Query, 20 items of 200 B", Up: InProcess, Asked: 0.55, Answer: 4_600, Request: DynamoDB("Query", func(n int64) string {
			return `{"TableName":"lists","KeyConditionExpression":"h = :h","ExpressionAttributeValues":{":h":{"S":"list-` +
				strconv.FormatInt(n%lists, 10) + `"}}}`
		})},
		{Name: "BatchWriteItem, 25 x 1 KB", Up: Unlimited, Asked: 0.08, Request: DynamoDB("BatchWriteItem", func(n int64) string {
			return `{"RequestItems":{"items":[` + several(n, 25, func(i int64) string { return `{"PutRequest":{"Item":` + item(i) + `}}` }) + `]}}`
		})},
		{Name: "TransactWriteItems, 4 puts", Up: Unlimited, Asked: 0.32, Request: DynamoDB("TransactWriteItems", func(n int64) string {
			return `{"TransactItems":[` + several(n, 4, func(i int64) string { return `{"Put":{"TableName":"items","Item":` + item(i) + `}}` }) + `]}`
		})},
		{Name: "Scan, 1 MB pages", Up: InProcess, Asked: 0.10, Answer: 1 << 20, Request: DynamoDB("Scan", func(int64) string {
			return `{"TableName":"items"}`
		})},
	}
}

// DynamoDB returns the request of an operation of DynamoDB that succeeds, without
// the server's address.
func DynamoDB(operation string, body func(n int64) string) Request {
	return Request{Method: "POST", Status: 200, Body: body, Header: map[string]string{
		"X-Amz-Target":  "DynamoDB_20120810." + operation,
		"Content-Type":  "application/x-amz-json-1.0",
		"X-Amz-Date":    "20260101T000000Z",
		"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c",
	}}
}

// PostItem returns the request that stores an item of 1 KB through the API of
// the template items, without the server's address.
func PostItem() Request {
	return Request{Method: "POST", URL: "/item", Status: 201, Body: func(n int64) string {
		return `{"_id":"` + itemID(n) + `","payload":"` + kilobyte + `"}`
	}}
}

// items is the number of items of 1 KB.
const items = 20_000

// lists is the number of partitions of 20 items.
const lists = 1_000

var (
	kilobyte = strings.Repeat("x", 1_000)
	fifth    = strings.Repeat("y", 180)
)

// fresh counts new items over all rounds and servers.
var fresh atomic.Int64

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

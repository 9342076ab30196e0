package wire_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/storage"
	"lullaby/wire"
)

// longTable is a table with a stream that takes any request.
const longTable = `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},` +
	`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`

// longItem is an item of 400 KB that is written in n bytes and more.
func longItem(member string, n int) string {
	return `{"id":{"S":"a"},"v":{"L":[` + strings.Repeat(member+",", n/len(member)) + `{"S":"\u0001"}]}}`
}

// An answer that is too long to be kept is written twice, in pieces: what its header
// announces is what comes, in every operation that returns items, and in refusals.
func TestLongAnswers(t *testing.T) {
	addr := serve(t, nil)
	dynamoDB(t, addr, "CreateTable", longTable)
	item := longItem(`{"NULL":true}`, 2_600_000) // longer than what is kept, as two of half of it are
	if a := dynamoDB(t, addr, "PutItem", `{"TableName":"tab","Item":`+item+`}`); a.status != 200 {
		t.Fatalf("%d %.200s", a.status, a.body)
	}
	const key, of = `"Key":{"id":{"S":"a"}}`, `"TableName":"tab",`
	const unless = `"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
	const failed = `"message":"The conditional request failed"`
	tests := []struct {
		operation, in string
		status        int
		want          string // after its type; % is the item
	}{
		{"GetItem", `{` + of + key + `}`, 200, `{"Item":%}`},
		{"BatchGetItem", `{"RequestItems":{"tab":{"Keys":[{"id":{"S":"a"}}]}}}`, 200, `{"Responses":{"tab":[%]},"UnprocessedKeys":{}}`},
		{"TransactGetItems", `{"TransactItems":[{"Get":{` + of + key + `}}]}`, 200, `{"Responses":[{"Item":%}]}`},
		{"Scan", `{"TableName":"tab"}`, 200, `{"Items":[%],"Count":1,"ScannedCount":1}`},
		{"Query", `{` + of + `"KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}}`, 200, `{"Items":[%],"Count":1,"ScannedCount":1}`},
		{"DeleteItem", `{` + of + key + `,` + unless + `}`, 400, `ConditionalCheckFailedException",` + failed + `,"Item":%}`},
		{
			"TransactWriteItems", `{"TransactItems":[{"Delete":{` + of + key + `,` + unless + `}}]}`, 400,
			`TransactionCanceledException","Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]",` +
				`"CancellationReasons":[{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":%}]}`,
		},
		{"UpdateItem", `{` + of + key + `,"UpdateExpression":"REMOVE w","ReturnValues":"ALL_NEW"}`, 200, `{"Attributes":%}`},
		{"DeleteItem", `{` + of + key + `,"ReturnValues":"ALL_OLD"}`, 200, `{"Attributes":%}`},
	}
	for _, tt := range tests {
		a := dynamoDB(t, addr, tt.operation, tt.in, "Accept-Encoding: gzip")
		want := strings.Replace(tt.want, "%", item, 1)
		if tt.status != 200 {
			want = `{"__type":"com.amazonaws.dynamodb.v20120810#` + want
		}
		if a.body != want || a.status != tt.status {
			t.Errorf("%s: status %d, %d bytes: %.200s\nwant %d, %d bytes: %.200s", tt.operation, a.status, len(a.body), a.body, tt.status, len(want), want)
		}
		sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(want))), 10)
		if a.header["x-amz-crc32"] != sum || a.header["Content-Length"] != strconv.Itoa(len(want)) {
			t.Errorf("%s: announced are %v", tt.operation, a.header)
		}
	}
}

// A client that does not read its answer loses the connection in time, and what the
// answer held is given back.
func TestSlowReaders(t *testing.T) {
	answersTo(t, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") // fasthttp's clock starts outside of the bubbles
	tests := []struct {
		name  string
		bytes int // of the item
		held  bool
		after time.Duration
	}{
		{"of a short answer", 10_000, false, time.Minute},
		{"of a long answer", 3_000_000, true, time.Minute + 12*time.Second}, // 256 KB a second
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var held, most atomic.Int64
				end, s := slowServer(t, func(change int) { most.Store(max(most.Load(), held.Add(int64(change)))) })
				defer end()
				var both sync.WaitGroup
				defer both.Wait()
				client, server := net.Pipe()
				defer client.Close()
				both.Go(func() { _ = s.ServeConn(server) }) // its error says why the connection ended
				answers := bufio.NewReader(client)
				ask := func(operation, body string) *http.Response {
					fmt.Fprintf(client, "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.%s\r\nContent-Type: application/x-amz-json-1.0\r\n"+
						"Authorization: %s\r\nX-Amz-Date: 20260101T000000Z\r\nContent-Length: %d\r\n\r\n%s", operation, signature, len(body), body)
					resp, err := http.ReadResponse(answers, nil)
					if err != nil || resp.StatusCode != http.StatusOK {
						t.Fatalf("%s: %v, %v", operation, resp, err)
					}
					return resp
				}
				for _, r := range [][2]string{{"CreateTable", longTable}, {"PutItem", `{"TableName":"tab","Item":` + longItem(`{"S":""}`, tt.bytes) + `}`}} {
					resp := ask(r[0], r[1])
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				most.Store(0) // a large request is held too
				from := time.Now()
				resp := ask("GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}}}`) // its head alone is read
				defer resp.Body.Close()
				both.Wait()
				if took := time.Since(from); took != tt.after || (most.Load() > 0) != tt.held || held.Load() != 0 {
					t.Errorf("after %v, %d bytes were held and %d are, want %v, held %v and none", took, most.Load(), held.Load(), tt.after, tt.held)
				}
				if _, err := io.Copy(io.Discard, resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("the rest: %v, want %v", err, io.ErrUnexpectedEOF)
				}
			})
		})
	}
}

// slowServer returns a server with DynamoDB alone, in memory.
func slowServer(t *testing.T, held func(change int)) (end func(), s *wire.Server) {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dynamo.New(db, dynamo.Options{Instant: true})
	if err != nil {
		t.Fatal(err)
	}
	halt := wire.RunEngine(engine)
	s = wire.New(wire.Services{DynamoDB: engine}, wire.Options{Held: held})
	return func() {
		err := s.Shutdown(context.Background())
		halt()
		if err := errors.Join(err, engine.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}, s
}

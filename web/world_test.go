package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo"
	tables "lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	messages "lullaby/queue/request"
	queues "lullaby/queue/store"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/store"
	"lullaby/web"
)

// A world is a page of services in memory.
type world struct {
	*web.Server

	tables  *dynamo.Engine
	queues  *queues.Engine
	metrics *store.Store
}

func newWorld(t testing.TB, apis ...web.API) *world {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	check(t, err)
	w := &world{}
	w.metrics, err = store.New(db, store.Options{Assumed: watch.Likely})
	check(t, err)
	w.tables, err = dynamo.New(db, dynamo.Options{Instant: true, Metrics: w.metrics, Drained: true})
	check(t, err)
	w.queues, err = queues.New(db, queues.Options{Metrics: w.metrics})
	check(t, err)
	w.Server = web.New(web.Services{Tables: w.tables, Queues: w.queues, Metrics: w.metrics, APIs: apis, Functions: func() []web.Function {
		return []web.Function{{Name: "f", Running: 3, Idle: 1, Starts: 4}}
	}}, web.Options{})
	t.Cleanup(func() {
		for _, err := range []error{w.tables.Close(), w.metrics.Close(), db.Close()} {
			check(t, err)
		}
	})
	return w
}

// ask asks the page, and decodes its answer into out.
func (w *world) ask(t testing.TB, method, path, body string, out any) {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:3999"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	check(t, json.Unmarshal(rec.Body.Bytes(), out))
}

// create makes a table of one unit with a global index.
func (w *world) create(t testing.TB, name string) {
	t.Helper()
	var in tables.CreateTableInput
	decode(t, fmt.Sprintf(`{"TableName": %q, "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
		"GlobalSecondaryIndexes": [{"IndexName": "by-c", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"},
			"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}]}`, name), &in)
	_, err := w.tables.CreateTable(t.Context(), now(), &in)
	check(t, err)
}

func (w *world) put(t testing.TB, table, id string) error {
	t.Helper()
	var in tables.PutItemInput
	decode(t, fmt.Sprintf(`{"TableName": %q, "Item": {"id": {"S": %q}, "c": {"S": "red"}}}`, table, id), &in)
	_, err := w.tables.PutItem(t.Context(), now(), &in)
	return err
}

func decode(t testing.TB, text string, in any) {
	t.Helper()
	check(t, awsjson.Unmarshal([]byte(text), in))
}

func now() instant.Instant { return instant.Of(time.Now()) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// queue makes a queue with attributes, as JSON, and returns its URL.
func (w *world) queue(t testing.TB, name, attributes string) string {
	t.Helper()
	var in messages.CreateQueueInput
	decode(t, fmt.Sprintf(`{"QueueName": %q, "Attributes": %s}`, name, attributes), &in)
	out, err := w.queues.CreateQueue(t.Context(), now(), &in)
	check(t, err)
	return out.QueueUrl
}

// send sends a message, which is JSON without the queue.
func (w *world) send(t testing.TB, queue, message string) {
	t.Helper()
	var in messages.SendMessageInput
	decode(t, message, &in)
	in.QueueUrl = queue
	_, err := w.queues.SendMessage(t.Context(), now(), &in)
	check(t, err)
}

func (w *world) delete(t testing.TB, queue, handle string) error {
	t.Helper()
	_, err := w.queues.DeleteMessage(t.Context(), now(), &messages.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: handle})
	return err
}

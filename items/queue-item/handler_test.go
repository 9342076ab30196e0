package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/internal/conformance/endpoint"
	"lullaby/items/internal/document"
	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
	"lullaby/retry/awsretry"
)

var noon = instant.Of(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC))

// A fakeQueue keeps the bodies of its messages.
type fakeQueue struct {
	mu struct {
		sync.Mutex
		sent []string
	}
}

func (q *fakeQueue) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mu.sent = append(q.mu.sent, aws.ToString(in.QueueUrl)+" "+aws.ToString(in.MessageBody))
	return &sqs.SendMessageOutput{}, nil
}

// stamps returns the stamps of the messages, and checks that all have the text.
func (q *fakeQueue) stamps(t *testing.T, text string) []write.Stamp {
	t.Helper()
	q.mu.Lock()
	defer q.mu.Unlock()
	all := make([]write.Stamp, 0, len(q.mu.sent))
	for _, sent := range q.mu.sent {
		s, item, err := write.Decode(strings.TrimPrefix(sent, "the-queue "))
		if err != nil {
			t.Fatalf("sent %s: %v", sent, err)
		}
		if got, err := document.Encode(item); err != nil || got != text {
			t.Errorf("sent %s, %v, want %s", got, err, text)
		}
		all = append(all, s)
	}
	return all
}

// open returns the function with a table of requests and an empty queue.
func open(t *testing.T) (handler, *fakeQueue) {
	t.Helper()
	db, q := endpoint.DynamoDB(t), &fakeQueue{}
	endpoint.Table(t, db, "requests", "id")
	return handler{
		log: slog.New(slog.DiscardHandler), requests: requests.Table{Name: "requests", DB: db},
		queueURL: "the-queue", queue: q,
	}, q
}

// request is a POST through a custom domain without a base path.
func request(body, key string) events.APIGatewayProxyRequest {
	req := events.APIGatewayProxyRequest{Resource: "/item", Path: "/item", Body: body}
	if key != "" {
		req.MultiValueHeaders = map[string][]string{"idempotency-key": {key}}
	}
	return req
}

// ask sends a request at an instant through all of the function but Lambda.
func ask(t *testing.T, h handler, now instant.Instant, req events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	t.Helper()
	r, err := awsretry.New(awsretry.Options{ObserveOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	service := reply.Service{Log: h.log, Metrics: io.Discard, Retrier: r}
	res, err := service.Adapt(func(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return h.accept(ctx, now, req)
	})(t.Context(), req)
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	return res
}

// queued returns the id of an answer, which must be that of a write in the queue.
func queued(t *testing.T, res events.APIGatewayProxyResponse) string {
	t.Helper()
	var body struct {
		Status    string
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(res.Body), &body); err != nil {
		t.Fatalf("body %q: %v", res.Body, err)
	}
	want := events.APIGatewayProxyResponse{
		StatusCode: 202, Body: `{"status":"QUEUED","request_id":"` + body.RequestID + `"}`,
		Headers: map[string]string{"Content-Type": "application/json", "Location": "/request/" + body.RequestID},
	}
	if diff := cmp.Diff(want, res); diff != "" || !write.ValidID(body.RequestID) {
		t.Errorf("answer with id %q (-want +got):\n%s", body.RequestID, diff)
	}
	return body.RequestID
}

func status(t *testing.T, h handler, id string) requests.Status {
	t.Helper()
	r, known, err := h.requests.Request(t.Context(), noon, id)
	if err != nil || known != (r.Status != "") {
		t.Errorf("request %s: %v, known %v, %v", id, r, known, err)
	}
	return r.Status
}

// Without a key every post is a request of its own.
func TestPostQueues(t *testing.T) {
	h, q := open(t)
	const text = `{"_id":"lamp","lumen":806.50}`
	ids := map[string]bool{}
	for _, req := range []events.APIGatewayProxyRequest{
		request(text, ""),
		request(text, ""),
		{Resource: "/item", Path: "/item", Body: base64.StdEncoding.EncodeToString([]byte(text)), IsBase64Encoded: true},
	} {
		id := queued(t, ask(t, h, noon, req))
		if got := status(t, h, id); got != requests.Queued {
			t.Errorf("status %q, want QUEUED", got)
		}
		sent := q.stamps(t, text)
		if want := (write.Stamp{At: noon, RequestID: id}); sent[len(sent)-1] != want {
			t.Errorf("sent %v, want %v", sent[len(sent)-1], want)
		}
		ids[id] = true
		if len(sent) != len(ids) {
			t.Errorf("%d messages of %d requests", len(sent), len(ids))
		}
	}
}

func TestPostRefusesAndQueuesNothing(t *testing.T) {
	fail := &fakeStep{limit: 1}
	h := handler{log: slog.New(slog.DiscardHandler), requests: requests.Table{DB: fail}, queue: fail}
	badKey := `{"error":"the Idempotency-Key is not one value of 1 to 255 ASCII characters"}`
	twice := request(`{"_id":"a"}`, "7")
	twice.MultiValueHeaders["Idempotency-Key"] = []string{"7"}
	empty := request(`{"_id":"a"}`, "")
	empty.MultiValueHeaders = map[string][]string{"Idempotency-Key": {""}}
	for _, tt := range []struct {
		name   string
		req    events.APIGatewayProxyRequest
		status int
		body   string
	}{
		{"nothing", request("", ""), 400, `{"error":"body is not valid JSON: unexpected end of JSON input, before offset 0"}`},
		{"a reserved name", request(`{"_id":"a","_request":"b"}`, "7"), 400, `{"error":"the name _request is reserved"}`},
		{"an empty key", empty, 400, badKey},
		{"two keys", twice, 400, badKey},
		{"a long key", request(`{"_id":"a"}`, strings.Repeat("x", 256)), 400, badKey},
		{"a key with a tab", request(`{"_id":"a"}`, "a\tb"), 400, badKey},
		{"too large", request(sized(maxSize+1), ""), 413, `{"error":"the item measures 409559 bytes, and at most 409558 are allowed"}`},
		{"too long for a message", request(`{"_id":"a","v":"`+strings.Repeat(`\u0001`, 180_000)+`"}`, ""), 413, `{"error":"the document takes 1080018 bytes in the queue, and at most 1048483 are allowed"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := events.APIGatewayProxyResponse{StatusCode: tt.status, Body: tt.body, Headers: map[string]string{"Content-Type": "application/json"}}
			if diff := cmp.Diff(want, ask(t, h, noon, tt.req)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// sized returns a document of n bytes as DynamoDB counts.
func sized(n int) string {
	return `{"_id":"a","v":"` + strings.Repeat("x", n-len("_id")-len("a")-len("v")) + `"}`
}

func TestPostTakesTheLargestItem(t *testing.T) {
	h, _ := open(t)
	queued(t, ask(t, h, noon, request(sized(maxSize), "")))
}

// The address that the caller used leads to the request too.
func TestLocation(t *testing.T) {
	for _, tt := range []struct{ domain, path, contextPath, want string }{
		{"a1b2.execute-api.eu-west-1.amazonaws.com", "/item", "/Prod/item", "/Prod/request/X"},
		{"a1b2.execute-api.eu-west-1.amazonaws.com", "/item/", "/Prod/item/", "/Prod/request/X"},
		{"api.example.com", "/item", "/item", "/request/X"},
		{"api.example.com", "/v1/item", "/v1/item", "/v1/request/X"},
		{"127.0.0.1:3000", "/item", "/Prod/item", "/request/X"},
	} {
		got := accepted(events.APIGatewayProxyRequest{
			Resource: "/item", Path: tt.path,
			RequestContext: events.APIGatewayProxyRequestContext{DomainName: tt.domain, Path: tt.contextPath},
		}, "X").Headers["Location"]
		if got != tt.want {
			t.Errorf("at %s%s the Location is %s, want %s", tt.domain, tt.path, got, tt.want)
		}
	}
}

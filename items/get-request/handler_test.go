package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/internal/conformance/endpoint"
	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
	"lullaby/retry/awsretry"
)

// get asks for a request through all of the function but Lambda.
func get(t *testing.T, table requests.Table, id string) events.APIGatewayProxyResponse {
	t.Helper()
	r, err := awsretry.New(awsretry.Options{ObserveOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	service := reply.Service{Log: slog.New(slog.DiscardHandler), Metrics: io.Discard, Retrier: r}
	res, err := service.Adapt(handler{table}.get)(t.Context(), events.APIGatewayProxyRequest{
		PathParameters: map[string]string{"request_id": id},
	})
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	delete(res.Headers, "Retry-After") // it is drawn
	return res
}

func answer(status int, body string) events.APIGatewayProxyResponse {
	return events.APIGatewayProxyResponse{StatusCode: status, Body: body, Headers: map[string]string{"Content-Type": "application/json"}}
}

const unknown = `{"error":"there is no request with this request_id"}`

func TestGetTellsTheStatus(t *testing.T) {
	db := endpoint.DynamoDB(t)
	endpoint.Table(t, db, "requests", "id")
	table := requests.Table{Name: "requests", DB: db}
	id, now := write.NewStamp(1).RequestID, instant.Of(time.Now())
	for _, s := range []struct {
		name string
		do   func(context.Context) error
		want events.APIGatewayProxyResponse
	}{
		{"never queued", func(context.Context) error { return nil }, answer(404, unknown)},
		{"queued", func(ctx context.Context) error { return table.Queue(ctx, now, id) }, answer(200, `{"status":"QUEUED","request_id":"`+id+`"}`)},
		{
			"failed", func(ctx context.Context) error { return table.Failed(ctx, now, id, "the table is full") },
			answer(200, `{"status":"FAILED","request_id":"`+id+`","reason":"the table is full"}`),
		},
		{
			"moved back", func(ctx context.Context) error { return table.Written(ctx, now, id, true) },
			answer(200, `{"status":"WRITTEN","request_id":"`+id+`","superseded":true}`),
		},
	} {
		if err := s.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if diff := cmp.Diff(s.want, get(t, table, id)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, diff)
		}
	}
}

func TestGetOfOneThatExpired(t *testing.T) {
	db := endpoint.DynamoDB(t)
	endpoint.Table(t, db, "requests", "id")
	table := requests.Table{Name: "requests", DB: db}
	id, now := write.NewStamp(1).RequestID, instant.Of(time.Now())
	if err := table.Queue(t.Context(), now.Add(-requests.Kept), id); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answer(404, unknown), get(t, table, id)); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// A fakeTable answers every read alike.
type fakeTable struct {
	requests.DynamoDB

	err error
}

func (f fakeTable) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return nil, f.err
}

func TestGetTellsWhatFailed(t *testing.T) {
	id := write.NewStamp(1).RequestID
	for _, tt := range []struct {
		id   string
		err  error
		want events.APIGatewayProxyResponse
	}{
		{"", nil, answer(404, unknown)},
		{"key%2F7", nil, answer(404, unknown)},
		{id, &types.ThrottlingException{}, answer(503, `{"error":"too many requests for the capacity of the table, try again"}`)},
		{id, errors.New("secret"), answer(500, `{"error":"internal error"}`)},
	} {
		if diff := cmp.Diff(tt.want, get(t, requests.Table{DB: fakeTable{err: tt.err}}, tt.id)); diff != "" {
			t.Errorf("of %q and %v (-want +got):\n%s", tt.id, tt.err, diff)
		}
	}
}

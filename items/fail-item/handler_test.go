package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
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

const text = `{"_id":"a"}`

// open returns the function with a table of items and one of requests.
func open(t *testing.T) (handler, *dynamodb.Client) {
	t.Helper()
	db := endpoint.DynamoDB(t)
	endpoint.Table(t, db, "items", "_id")
	endpoint.Table(t, db, "requests", "id")
	return handler{table: "items", db: db, requests: requests.Table{Name: "requests", DB: db}}, db
}

// store stores the item a with the stamp of a write.
func store(t *testing.T, db *dynamodb.Client, s write.Stamp) {
	t.Helper()
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("items"), Item: map[string]types.AttributeValue{
		"_id": &types.AttributeValueMemberS{Value: "a"}, write.Attribute: s.Value(),
	}}); err != nil {
		t.Fatal(err)
	}
}

// consume hands messages to all of the function but Lambda, and returns the ids of
// those that it reports as failed.
func consume(t *testing.T, h handler, bodies ...string) []string {
	t.Helper()
	r, err := awsretry.New(awsretry.Options{})
	if err != nil {
		t.Fatal(err)
	}
	service := reply.Service{Log: slog.New(slog.DiscardHandler), Metrics: io.Discard, Retrier: r}
	var e events.SQSEvent
	for i, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{MessageId: string(rune('a' + i)), Body: body})
	}
	res, err := service.AdaptBatch(h.fail, nil)(t.Context(), e)
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	failed := make([]string, 0, len(res.BatchItemFailures))
	for _, f := range res.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

func wantRequest(t *testing.T, h handler, id string, want requests.Request) {
	t.Helper()
	got, _, err := h.requests.Request(t.Context(), instant.Of(time.Now()), id)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("request, error %v (-want +got):\n%s", err, diff)
	}
}

// Every message is parked, and its request says why, but for those whose write the
// item has.
func TestFail(t *testing.T) {
	posted := write.NewStamp(instant.Of(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)))
	older, newer := write.NewStamp(posted.At-1), write.NewStamp(posted.At+1)
	body := write.Encode(posted, text)
	parked, done := []string{"a"}, []string{}
	failed := func(reason string) requests.Request { return requests.Request{Status: requests.Failed, Reason: reason} }
	for _, tt := range []struct {
		name   string
		stored write.Stamp // of the item, if there is one
		note   string
		before func(context.Context, requests.Table) error
		body   string
		failed []string
		want   requests.Request
	}{
		{name: "never tried", body: body, failed: parked, want: failed(untold)},
		{name: "tried in vain", note: "full", body: body, failed: parked, want: failed("full")},
		{name: "an older item", stored: older, body: body, failed: parked, want: failed(untold)},
		{name: "written without saying so", stored: posted, note: "slow", body: body, failed: done, want: requests.Request{Status: requests.Written}},
		{name: "superseded", stored: newer, body: body, failed: done, want: requests.Request{Status: requests.Written, Superseded: true}},
		{name: "a document of another form", body: write.Encode(posted, `[]`), failed: parked, want: failed(untold)},
		{
			name: "said to be written", body: body, failed: parked, want: requests.Request{Status: requests.Written},
			before: func(ctx context.Context, table requests.Table) error {
				return table.Written(ctx, instant.Of(time.Now()), posted.RequestID, false)
			},
		},
		{
			name: "failed again after it was moved back", note: "slow", body: body, failed: parked, want: failed("slow"),
			before: func(ctx context.Context, table requests.Table) error {
				return table.Failed(ctx, instant.Of(time.Now()), posted.RequestID, "full")
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, db := open(t)
			err := h.requests.Queue(t.Context(), instant.Of(time.Now()), posted.RequestID)
			if tt.before != nil {
				err = errors.Join(err, tt.before(t.Context(), h.requests))
			}
			if tt.note != "" {
				err = errors.Join(err, h.requests.Note(t.Context(), posted.RequestID, tt.note))
			}
			if err != nil {
				t.Fatal(err)
			}
			if tt.stored.At != 0 {
				store(t, db, tt.stored)
			}
			if diff := cmp.Diff(tt.failed, consume(t, h, tt.body)); diff != "" {
				t.Errorf("reported as failed (-want +got):\n%s", diff)
			}
			wantRequest(t, h, posted.RequestID, tt.want)
		})
	}
}

// A message that is no write is parked like the others, and does not stop them.
func TestFailPoison(t *testing.T) {
	h, _ := open(t)
	s := write.NewStamp(1)
	if diff := cmp.Diff([]string{"a", "b"}, consume(t, h, `hello`, write.Encode(s, text))); diff != "" {
		t.Errorf("reported as failed (-want +got):\n%s", diff)
	}
	wantRequest(t, h, s.RequestID, requests.Request{Status: requests.Failed, Reason: untold})
}

// A silent table answers no read.
type silent struct{}

func (silent) GetItem(ctx context.Context, _ *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// The status is recorded, although the item does not say anything.
func TestFailWithoutAnAnswer(t *testing.T) {
	h, _ := open(t)
	h.db = silent{}
	s := write.NewStamp(1)
	if diff := cmp.Diff([]string{"a"}, consume(t, h, write.Encode(s, text))); diff != "" {
		t.Errorf("reported as failed (-want +got):\n%s", diff)
	}
	wantRequest(t, h, s.RequestID, requests.Request{Status: requests.Failed, Reason: untold})
}

package main

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lullaby/items/internal/reply"
	"lullaby/retry/awsretry"
)

// A fakeTable is a putter that answers by a function.
type fakeTable struct {
	put func(context.Context, *dynamodb.PutItemInput) error
}

func (f fakeTable) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if err := f.put(ctx, in); err != nil {
		return nil, err
	}
	return &dynamodb.PutItemOutput{}, nil
}

// post sends a request through all of the function but Lambda, with a client that
// tries again as it likes.
func post(ctx context.Context, t *testing.T, db putter, req events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	t.Helper()
	r, err := awsretry.New(awsretry.Options{ObserveOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	service := reply.Service{Log: slog.New(slog.DiscardHandler), Metrics: io.Discard, Retrier: r}
	res, err := service.Adapt(handler{table: "items-table", db: db}.put)(ctx, req)
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	return soon(t, res)
}

// soon makes 1 of a Retry-After of one or two seconds.
func soon(t *testing.T, res events.APIGatewayProxyResponse) events.APIGatewayProxyResponse {
	t.Helper()
	if after, ok := res.Headers["Retry-After"]; ok {
		if after != "1" && after != "2" {
			t.Errorf("Retry-After is %q, want 1 or 2", after)
		}
		res.Headers["Retry-After"] = "1"
	}
	return res
}

func answer(status int, body string) events.APIGatewayProxyResponse {
	res := events.APIGatewayProxyResponse{
		StatusCode: status, Body: body, Headers: map[string]string{"Content-Type": "application/json"},
	}
	if status == 503 {
		res.Headers["Retry-After"] = "1"
	}
	return res
}

func TestPutStores(t *testing.T) {
	const text = `{"_id":"lamp","lumen":806.50}`
	want := &dynamodb.PutItemInput{
		TableName: aws.String("items-table"),
		Item: map[string]types.AttributeValue{
			"_id": &types.AttributeValueMemberS{Value: "lamp"}, "lumen": &types.AttributeValueMemberN{Value: "806.50"},
		},
	}
	var got *dynamodb.PutItemInput
	table := fakeTable{func(_ context.Context, in *dynamodb.PutItemInput) error {
		got = in
		return nil
	}}
	for _, req := range []events.APIGatewayProxyRequest{
		{Body: text},
		{Body: text}, // again, in place of the first
		{Body: base64.StdEncoding.EncodeToString([]byte(text)), IsBase64Encoded: true},
	} {
		got = nil
		res := post(t.Context(), t, table, req)
		if diff := cmp.Diff(answer(201, `{"success":true}`), res); diff != "" {
			t.Errorf("answer to %s (-want +got):\n%s", req.Body, diff)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(
			dynamodb.PutItemInput{}, types.AttributeValueMemberS{}, types.AttributeValueMemberN{},
		)); diff != "" {
			t.Errorf("written for %s (-want +got):\n%s", req.Body, diff)
		}
	}
}

func TestPutRefusesAndWritesNothing(t *testing.T) {
	table := fakeTable{func(_ context.Context, in *dynamodb.PutItemInput) error {
		t.Errorf("wrote %v", in.Item)
		return nil
	}}
	for _, tt := range []struct {
		name   string
		req    events.APIGatewayProxyRequest
		status int
		body   string
	}{
		{"nothing", events.APIGatewayProxyRequest{}, 400, `{"error":"body is not valid JSON: unexpected end of JSON input, before offset 0"}`},
		{"a duplicate key", events.APIGatewayProxyRequest{Body: `{"_id":"a","_id":"b"}`}, 400, `{"error":"duplicate key \"_id\", before offset 16"}`},
		{"not UTF-8", events.APIGatewayProxyRequest{Body: "/w==", IsBase64Encoded: true}, 400, `{"error":"body is not valid UTF-8 at offset 0"}`},
		{"not base64", events.APIGatewayProxyRequest{Body: "{}", IsBase64Encoded: true}, 400, `{"error":"body is not valid base64: illegal base64 data at input byte 0"}`},
		{"too large", events.APIGatewayProxyRequest{Body: sized(409_601)}, 413, `{"error":"the item measures 409601 bytes, and at most 409600 are allowed"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(answer(tt.status, tt.body), post(t.Context(), t, table, tt.req)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// sized returns a document of n bytes as DynamoDB counts.
func sized(n int) string {
	return `{"_id":"a","v":"` + strings.Repeat("x", n-len("_id")-len("a")-len("v")) + `"}`
}

func TestPutTakesTheLargestItem(t *testing.T) {
	table := fakeTable{func(context.Context, *dynamodb.PutItemInput) error { return nil }}
	if got := post(t.Context(), t, table, events.APIGatewayProxyRequest{Body: sized(409_600)}); got.StatusCode != http.StatusCreated {
		t.Errorf("409600 bytes: status %d, want 201", got.StatusCode)
	}
}

func TestPutTellsWhatFailed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"size", &smithy.GenericAPIError{Code: "ValidationException", Message: "Item size has exceeded the maximum allowed size"}, 413, `{"error":"Item size has exceeded the maximum allowed size"}`},
		{"throttled", &types.ProvisionedThroughputExceededException{}, 503, `{"error":"too many requests for the capacity of the table, try again"}`},
		{"no table", &types.ResourceNotFoundException{}, 500, `{"error":"internal error"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := fakeTable{func(context.Context, *dynamodb.PutItemInput) error { return tt.err }}
			got := post(t.Context(), t, table, events.APIGatewayProxyRequest{Body: `{"_id":"a"}`})
			if diff := cmp.Diff(answer(tt.status, tt.body), got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

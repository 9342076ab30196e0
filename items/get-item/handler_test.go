package main

import (
	"context"
	"io"
	"log/slog"
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
	"lullaby/items/internal/write"
	"lullaby/retry/awsretry"
)

// A fakeTable is a getter that answers by a function.
type fakeTable struct {
	get func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error)
}

func (f fakeTable) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return f.get(in)
}

// get asks for the _id as it stands in the path, through all of the function
// but Lambda.
func get(t *testing.T, db getter, id string) events.APIGatewayProxyResponse {
	t.Helper()
	r, err := awsretry.New(awsretry.Options{ObserveOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	h := handler{table: "items-table", db: db}
	service := reply.Service{Log: slog.New(slog.DiscardHandler), Metrics: io.Discard, Retrier: r}
	res, err := service.Adapt(h.get)(t.Context(), events.APIGatewayProxyRequest{
		PathParameters: map[string]string{"_id": id},
	})
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	if after, ok := res.Headers["Retry-After"]; ok && (after == "1" || after == "2") {
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

func TestGetReads(t *testing.T) {
	long := strings.Repeat("é", 1_024)
	for _, tt := range []struct{ path, id string }{
		{"lamp", "lamp"},
		{"a%2Bb", "a+b"},
		{"a+b", "a+b"},
		{"a%2fb%20c", "a/b c"},
		{"%C3%A9", "é"},
		{"é", "é"},
		{"100%2525", "100%25"},
		{long, long},
	} {
		t.Run(tt.path[:min(len(tt.path), 10)], func(t *testing.T) {
			table := fakeTable{func(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
				want := &dynamodb.GetItemInput{
					TableName:      aws.String("items-table"),
					Key:            map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: tt.id}},
					ConsistentRead: aws.Bool(true),
				}
				if diff := cmp.Diff(want, in, cmpopts.IgnoreUnexported(
					dynamodb.GetItemInput{}, types.AttributeValueMemberS{},
				)); diff != "" {
					t.Errorf("read (-want +got):\n%s", diff)
				}
				return &dynamodb.GetItemOutput{Item: map[string]types.AttributeValue{
					"_id": in.Key["_id"], "n": &types.AttributeValueMemberN{Value: "1.50"},
				}}, nil
			}}
			want := answer(200, `{"_id":"`+tt.id+`","n":1.50}`)
			if diff := cmp.Diff(want, get(t, table, tt.path)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// What the queue needs in an item stays hidden; what a document has under the same
// name does not.
func TestGetHidesTheStamp(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value types.AttributeValue
		want  string
	}{
		{"a stamp", write.NewStamp(1).Value(), `{"_id":"lamp"}`},
		{"the caller's own", &types.AttributeValueMemberS{Value: "mine"}, `{"_id":"lamp","_request":"mine"}`},
	} {
		table := fakeTable{func(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
			return &dynamodb.GetItemOutput{Item: map[string]types.AttributeValue{"_id": in.Key["_id"], "_request": tt.value}}, nil
		}}
		if diff := cmp.Diff(answer(200, tt.want), get(t, table, "lamp")); diff != "" {
			t.Errorf("answer to %s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestGetRefusesAndReadsNothing(t *testing.T) {
	table := fakeTable{func(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
		t.Errorf("read %v", in.Key)
		return &dynamodb.GetItemOutput{}, nil
	}}
	for _, tt := range []struct{ name, path, body string }{
		{"nothing", "", `{"error":"_id is empty"}`},
		{"a bad escape", "a%2", `{"error":"_id in the path: invalid URL escape \"%2\""}`},
		{"a lone percent sign", "100%", `{"error":"_id in the path: invalid URL escape \"%\""}`},
		{"not UTF-8", "%FF", `{"error":"_id is not valid UTF-8"}`},
		{"too long", strings.Repeat("%C3%A9", 1_025), `{"error":"_id is 2050 bytes long, and at most 2048 are allowed"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(answer(400, tt.body), get(t, table, tt.path)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("no path parameters", func(t *testing.T) {
		h := handler{db: table}
		if _, err := h.get(t.Context(), events.APIGatewayProxyRequest{}); err == nil {
			t.Error("no error")
		}
	})
}

func TestGetTellsWhatFailed(t *testing.T) {
	unknown := map[string]types.AttributeValue{"v": &types.UnknownUnionMember{Tag: "X"}}
	for _, tt := range []struct {
		name   string
		out    *dynamodb.GetItemOutput
		err    error
		status int
		body   string
	}{
		{"no item", &dynamodb.GetItemOutput{}, nil, 404, `{"error":"there is no item with this _id"}`},
		{"an item from the future", &dynamodb.GetItemOutput{Item: unknown}, nil, 500, `{"error":"internal error"}`},
		{"invalid", nil, &smithy.GenericAPIError{Code: "ValidationException", Message: "m"}, 400, `{"error":"m"}`},
		{"throttled", nil, &types.ThrottlingException{}, 503, `{"error":"too many requests for the capacity of the table, try again"}`},
		{"out of time", nil, &aws.RequestCanceledError{Err: context.DeadlineExceeded}, 503, `{"error":"the table did not answer in time, try again"}`},
		{"no table", nil, &types.ResourceNotFoundException{}, 500, `{"error":"internal error"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := fakeTable{func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) { return tt.out, tt.err }}
			if diff := cmp.Diff(answer(tt.status, tt.body), get(t, table, "lamp")); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

package reply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"lullaby/items/internal/reply"
	"lullaby/retry/awsretry"
)

var request = events.APIGatewayProxyRequest{
	RequestContext: events.APIGatewayProxyRequestContext{RequestID: "gateway-1"},
}

// serviceOf returns a service that logs to log and writes no metrics.
func serviceOf(t *testing.T, log io.Writer, o awsretry.Options) *reply.Service {
	t.Helper()
	r, err := awsretry.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &reply.Service{Log: slog.New(slog.NewJSONHandler(log, nil)), Metrics: io.Discard, Retrier: r}
}

// invoke calls h as Lambda does, for the invocation lambda-1, and returns the
// one line of the log, if there is one.
func invoke(t *testing.T, h reply.Handler) (res events.APIGatewayProxyResponse, line map[string]any) {
	t.Helper()
	var log bytes.Buffer
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "lambda-1"})
	service := serviceOf(t, &log, awsretry.Options{ObserveOnly: true})
	res, err := service.Adapt(h)(ctx, request)
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	if log.Len() > 0 {
		if err := json.Unmarshal(log.Bytes(), &line); err != nil {
			t.Fatalf("log %q is not one line of JSON: %v", &log, err)
		}
		delete(line, "time")
	}
	return res, line
}

func TestAdaptHandsOnAnAnswer(t *testing.T) {
	want := reply.JSON(201, `{}`)
	got, line := invoke(t, func(_ context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		if diff := cmp.Diff(request, req); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
		return want, nil
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if line != nil {
		t.Errorf("logged %v, want nothing", line)
	}
}

func TestAdaptLogsWhatItDoesNotTell(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status float64
		level  string
	}{
		{errors.New("role/secret is not authorized"), 500, "ERROR"},
		{context.DeadlineExceeded, 503, "WARN"},
	} {
		_, got := invoke(t, func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
			return events.APIGatewayProxyResponse{}, tt.err
		})
		want := map[string]any{
			"level": tt.level, "msg": "request failed", "status": tt.status, "error": tt.err.Error(),
			"request_id": "lambda-1", "api_request_id": "gateway-1",
			"retries": map[string]any{"calls": 0.0, "attempts": 0.0},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log of %v (-want +got):\n%s", tt.err, diff)
		}
	}
}

func TestAdaptRecovers(t *testing.T) {
	got, line := invoke(t, func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		var none *events.APIGatewayProxyResponse
		return *none, nil
	})
	if diff := cmp.Diff(events.APIGatewayProxyResponse{
		StatusCode: 500, Body: internal, Headers: map[string]string{"Content-Type": "application/json"},
	}, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	text, _ := line["error"].(string)
	if !strings.HasPrefix(text, "panic: runtime error: invalid memory address or nil pointer dereference\n") || !strings.Contains(text, "adapt_test.go") {
		t.Errorf("logged %q, want the panic and where it was", text)
	}
}

func TestAdaptEndsEarly(t *testing.T) {
	end := time.Now().Add(30 * time.Second)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	requested := end.Add(-33 * time.Second).Truncate(time.Millisecond) // 3 s before the function
	late := events.APIGatewayProxyRequest{RequestContext: events.APIGatewayProxyRequestContext{RequestTimeEpoch: requested.UnixMilli()}}
	observing, limited := awsretry.Options{ObserveOnly: true}, awsretry.Options{Limit: awsretry.APIGateway}
	for _, tt := range []struct {
		name string
		ctx  context.Context
		o    awsretry.Options
		want time.Time // zero: none
	}{
		{"of a function's time", ctx, observing, end.Add(-500 * time.Millisecond)},
		{"of unlimited time", t.Context(), observing, time.Time{}},
		{"of the gateway's", ctx, limited, requested.Add(28_500 * time.Millisecond)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			handle := serviceOf(t, io.Discard, tt.o).Adapt(
				func(ctx context.Context, _ events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
					got, limited := ctx.Deadline()
					if !got.Equal(tt.want) || limited == tt.want.IsZero() {
						t.Errorf("deadline %v, %v, want %v", got, limited, tt.want)
					}
					return reply.JSON(200, `{}`), nil
				})
			if _, err := handle(tt.ctx, late); err != nil {
				t.Errorf("handler returned the error %v", err)
			}
		})
	}
}

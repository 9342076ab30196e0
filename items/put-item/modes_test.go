package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/table"
	"lullaby/retry"
)

// A full table refuses everything, without a socket, so that sleeps take virtual
// time in a synctest bubble.
type full struct{ asked int }

func (f *full) Do(r *http.Request) (*http.Response, error) {
	f.asked++
	const body = `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"m","ThrottlingReasons":[` +
		`{"reason":"TableWriteProvisionedThroughputExceeded","resource":"arn:aws:dynamodb:us-east-1:123456789012:table/items-table"}]}`
	return &http.Response{
		StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// outcome is what comes of a request at a full table.
type outcome struct {
	took     time.Duration // since the gateway took it
	attempts int
	after    int // seconds
	metrics  map[string]any
}

// storm sends one request to a function whose environment took init to start, and
// that has Lambda's 30 s.
func storm(t *testing.T, mode retry.Mode, init time.Duration) outcome {
	t.Helper()
	requested := time.Now()
	time.Sleep(init)
	f := &full{}
	items, err := table.New(aws.Config{
		Region: "us-east-1", HTTPClient: f, BaseEndpoint: aws.String("http://dynamodb"),
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, "items-table", mode, table.Request)
	if err != nil {
		t.Fatal(err)
	}
	var metrics bytes.Buffer
	service := reply.Service{
		Log: slog.New(slog.DiscardHandler), Metrics: &metrics, Retrier: items.Retrier,
		Dimensions: map[string]string{"RetryMode": mode.Name},
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	res, err := service.Adapt(handler{table: items.Name, db: items}.put)(ctx, events.APIGatewayProxyRequest{
		Body:           `{"_id":"a"}`,
		RequestContext: events.APIGatewayProxyRequestContext{RequestTimeEpoch: requested.UnixMilli()},
	})
	if err != nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d and error %v, want 503", res.StatusCode, err)
	}
	o := outcome{took: time.Since(requested), attempts: f.asked}
	if o.after, err = strconv.Atoi(res.Headers["Retry-After"]); err != nil || o.after < 1 {
		t.Errorf("Retry-After is %q, want whole seconds, at least 1", res.Headers["Retry-After"])
	}
	if err := json.Unmarshal(metrics.Bytes(), &o.metrics); err != nil {
		t.Errorf("metrics %q: %v", metrics.Bytes(), err)
	}
	return o
}

func mode(t *testing.T, name string, attempts int) retry.Mode {
	t.Helper()
	m, err := retry.ParseMode(name, attempts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The article's delays, to the millisecond. Eleven attempts do not end by
// themselves: Lambda's time is up, less what the answer needs, and the gateway has
// answered 504 long since.
func TestLegacyMode(t *testing.T) {
	for _, tt := range []struct {
		attempts, made int
		want           time.Duration
	}{
		{9, 9, 12_750 * time.Millisecond},
		{0, 10, 25_550 * time.Millisecond},
		{10, 10, 25_550 * time.Millisecond},
		{11, 10, 29_500 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			got := storm(t, mode(t, retry.ModeLegacy, tt.attempts), 0)
			if got.took != tt.want || got.attempts != tt.made {
				t.Errorf("%d attempts: %d in %v, want %d in %v", tt.attempts, got.attempts, got.took, tt.made, tt.want)
			}
		})
	}
}

// Most draws of the article's other remedy pass the gateway's 29 s, which it was
// meant to respect.
func TestRandomExponentialMode(t *testing.T) {
	late := 0
	const draws = 300
	for range draws {
		synctest.Test(t, func(t *testing.T) {
			if got := storm(t, mode(t, retry.ModeRandomExponential, 0), 0); got.took > 29*time.Second {
				late++
			} else if got.took < 28*time.Second {
				t.Errorf("gave up after %v, want 28s at least", got.took)
			}
		})
	}
	if late < draws*9/10 { // 96 % of them
		t.Errorf("%d of %d pass 29s, want nine in ten", late, draws)
	}
}

func TestSDKMode(t *testing.T) {
	for _, attempts := range []int{0, 2} {
		synctest.Test(t, func(t *testing.T) {
			want := mode(t, retry.ModeSDK, attempts).Policy.Options().MaxAttempts
			if got := storm(t, mode(t, retry.ModeSDK, attempts), 0); got.attempts != want || got.took >= 6*time.Second {
				t.Errorf("%d attempts in %v, want %d in less than 6s", got.attempts, got.took, want)
			}
		})
	}
}

// The gateway's 29 s count from the request, and there is half a second left of
// them when the function answers, whenever its environment was ready.
func TestAwareMode(t *testing.T) {
	for _, init := range []time.Duration{0, 5 * time.Second} {
		for range 100 {
			synctest.Test(t, func(t *testing.T) {
				got := storm(t, mode(t, retry.ModeAware, 0), init)
				if got.took > 28_500*time.Millisecond {
					t.Errorf("with an init of %v it answers %v after the request, want 28.5s at most", init, got.took)
				}
				if got.attempts < 2 {
					t.Errorf("%d attempts, want some", got.attempts)
				}
			})
		}
	}
}

// What was refused becomes metrics.
func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := storm(t, mode(t, retry.ModeLegacy, 3), 0).metrics
		for name, want := range map[string]any{
			"RetryMode": "legacy", "Calls": 1.0, "Attempts": 3.0, "Throttled": 3.0, "Waited": 150.0, "Failed": 1.0,
			"TableWriteProvisionedThroughputExceeded": 3.0, "EndedBy": "attempts spent",
		} {
			if got[name] != want {
				t.Errorf("%s is %v, want %v", name, got[name], want)
			}
		}
	})
}

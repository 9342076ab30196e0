package awsretry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"lullaby/retry/awsretry"
)

// What a retrier adds to a call that is not throttled, over a connection to a
// server that does nothing. The three take turns, so that what else the machine
// does falls on all of them, and medians are compared: %-retrier is a client with
// a retrier, %-account one in an invocation that keeps account. All are called in
// contexts that end, as those of Lambda do.
func BenchmarkOverhead(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte(`{}`))
	}))
	defer server.Close()
	options := dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(),
		Credentials: keys,
	}
	r := retrier(b, awsretry.Options{Limit: awsretry.APIGateway})
	bare, retrying := dynamodb.New(options), dynamodb.New(options, r.Attach)
	call := func(ctx context.Context, db *dynamodb.Client) {
		if _, err := db.PutItem(ctx, put); err != nil {
			b.Fatal(err)
		}
	}
	ways := []func(context.Context){
		func(ctx context.Context) { call(ctx, bare) },
		func(ctx context.Context) { call(ctx, retrying) },
		func(ctx context.Context) {
			ctx, inv := r.Begin(ctx, time.Time{})
			defer inv.End()
			call(ctx, retrying)
		},
	}
	times := make([][]time.Duration, len(ways))
	for b.Loop() {
		for i, way := range ways {
			began := time.Now()
			ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
			way(ctx)
			cancel()
			times[i] = append(times[i], time.Since(began))
		}
	}
	median := func(i int) float64 {
		slices.Sort(times[i])
		return float64(times[i][len(times[i])/2])
	}
	b.ReportMetric(median(0), "bare-ns")
	b.ReportMetric(100*(median(1)/median(0)-1), "%-retrier")
	b.ReportMetric(100*(median(2)/median(0)-1), "%-account")
}

package gosdk

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/internal/conformance/schedule"
	"lullaby/retry"
	"lullaby/retry/awsretry"
)

// retrying returns a client like c that a retrier decides for.
func retrying(t *testing.T, c *dynamodb.Client, o awsretry.Options) *dynamodb.Client {
	t.Helper()
	r, err := awsretry.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return dynamodb.New(c.Options(), r.Attach)
}

// A retrier leaves the delays of the SDK's version as they are, hints included,
// and hands on what dynamodb 1.74.0 sets by itself.
func TestRetrierKeepsTheSchedule(t *testing.T) {
	throttle := retry.Failure{Class: retry.ThrottleTable}
	hinted := retry.Failure{Class: retry.ThrottleTable, Hint: 1500 * time.Millisecond}
	for _, f := range []retry.Failure{throttle, {Class: retry.Transient}, {Class: retry.Timeout}, hinted} {
		inVirtualTime(t, func(t *testing.T) {
			p := ofSDK(t, retry.Options{MaxAttempts: awsretry.DefaultMaxAttempts}, retry.Options{})
			waited := make([][]time.Duration, 500)
			for i := range waited {
				var last time.Time
				bare := client(func() (*http.Response, error) {
					now := time.Now()
					if !last.IsZero() {
						waited[i] = append(waited[i], now.Sub(last))
					}
					last = now
					return failed(f)
				})
				if err := put(t.Context(), retrying(t, bare, awsretry.Options{})); err == nil {
					t.Fatal("a call succeeded whose attempts all fail")
				}
			}
			if err := schedule.Compare(p, f, waited); err != nil {
				t.Errorf("core %s, %v, hint %v:\n%v", aws.SDKVersion, f.Class, f.Hint, err)
			}
		})
	}
}

// Where the SDK sleeps until the deadline and loses the refusal, a retrier returns
// it, and half a second is left; a hint that is past the deadline counts too, as
// 1.48 would add it to the delay.
func TestRetrierKeepsTheDeadline(t *testing.T) {
	for _, hint := range []time.Duration{0, 1500 * time.Millisecond} {
		inVirtualTime(t, func(t *testing.T) {
			const within = 2 * time.Second
			for range 100 {
				bare := client(func() (*http.Response, error) { return failed(retry.Failure{Class: retry.ThrottleTable, Hint: hint}) })
				ctx, cancel := context.WithTimeout(t.Context(), within)
				began := time.Now()
				err := put(ctx, retrying(t, bare, awsretry.Options{MaxAttempts: 100}))
				cancel()
				_, told := errors.AsType[*types.ProvisionedThroughputExceededException](err)
				stop, stopped := errors.AsType[*awsretry.StopError](err)
				if !told || !stopped || stop.Outcome != retry.DeadlineNear || time.Since(began) > within-awsretry.DefaultReserve {
					t.Fatalf("after %v: %v, want the refusal, and the deadline near, within 1.5s", time.Since(began), err)
				}
			}
		})
	}
}

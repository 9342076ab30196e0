package gosdk

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/internal/conformance/schedule"
	"lullaby/retry"
)

// What the SDK waits is what package retry says, by default and with options,
// after every kind of failure, and with a hint of the service's.
func TestSchedule(t *testing.T) {
	const (
		calls = 500
		ms    = time.Millisecond
	)
	throttle := retry.Failure{Class: retry.ThrottleTable}
	hinted := func(d time.Duration) retry.Failure { return retry.Failure{Class: retry.ThrottleTable, Hint: d} }
	type options = []func(*sdkretry.StandardOptions)
	attempts := func(n int) func(*sdkretry.StandardOptions) {
		return func(o *sdkretry.StandardOptions) { o.MaxAttempts = n }
	}
	// What dynamodb 1.74.0 sets by itself.
	dynamodb174 := func(o *sdkretry.StandardOptions) { o.MaxAttempts, o.BaseDelay = 4, 25*ms }
	// A module older than that leaves 2.1 at the defaults of other services.
	older := retry.Options{MaxAttempts: 3, Base: 50 * ms}
	tests := []struct {
		name          string
		failure       retry.Failure
		options       options
		before, since retry.Options
	}{
		{"default, throttled", throttle, nil, retry.Options{}, older},
		{"default, an answer of 500", retry.Failure{Class: retry.Transient}, nil, retry.Options{}, older},
		{"default, no answer", retry.Failure{Class: retry.Timeout}, nil, retry.Options{}, older},
		{"of dynamodb 1.74.0, throttled", throttle, options{dynamodb174}, retry.Options{MaxAttempts: 4}, retry.Options{}},
		{"of dynamodb 1.74.0, an answer of 500", retry.Failure{Class: retry.Transient}, options{dynamodb174}, retry.Options{MaxAttempts: 4}, retry.Options{}},
		{"up to the cap", throttle, options{attempts(8)}, retry.Options{MaxAttempts: 8}, retry.Options{MaxAttempts: 8}},
		{
			"with a cap", throttle,
			options{attempts(5), func(o *sdkretry.StandardOptions) { o.MaxBackoff = 5 * time.Second }},
			retry.Options{MaxAttempts: 5, MaxDelay: 5 * time.Second},
			retry.Options{MaxAttempts: 5, MaxDelay: 5 * time.Second},
		},
		{"a hint below most delays", hinted(10 * ms), nil, retry.Options{}, older},
		{"a hint among the delays", hinted(1500 * ms), nil, retry.Options{}, older},
		{"a hint far above", hinted(time.Hour), nil, retry.Options{}, older},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				p := ofSDK(t, tt.before, tt.since)
				if err := schedule.Compare(p, tt.failure, delays(t, tt.failure, calls, tt.options...)); err != nil {
					t.Errorf("core %s against %v %+v:\n%v", aws.SDKVersion, p.Form(), p.Options(), err)
				}
			})
		})
	}
}

// A backoff with a cap of its own, which is what AddWithMaxBackoffDelay makes,
// keeps to the old formula in both versions: past the cap there is no jitter
// (docs/aws/retries.md#a-cap-in-the-go-sdk).
func TestMaxBackoffDelay(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		capped := func(o *sdkretry.StandardOptions) {
			o.MaxAttempts, o.Backoff = 5, sdkretry.NewExponentialJitterBackoff(5*time.Second)
		}
		throttle := retry.Failure{Class: retry.ThrottleTable}
		p := policy(t, retry.GoStandard, retry.Options{MaxAttempts: 5, MaxDelay: 5 * time.Second})
		if err := schedule.Compare(p, throttle, delays(t, throttle, 500, capped)); err != nil {
			t.Error(err)
		}
	})
}

// The SDK does not look at its caller's deadline: it sleeps up to it, and the
// refusal that it slept after is lost.
func TestDeadlineIsSleptAway(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		const within = 700 * time.Millisecond
		slept := 0
		for range 100 {
			// Ten attempts take longer than that, however short the first delays.
			c := client(func() (*http.Response, error) { return failed(retry.Failure{Class: retry.ThrottleTable}) },
				func(o *sdkretry.StandardOptions) { o.MaxAttempts, o.RateLimiter = 10, ratelimit.None })
			ctx, cancel := context.WithTimeout(t.Context(), within)
			began := time.Now()
			err := put(ctx, c)
			cancel()
			if _, told := errors.AsType[*types.ProvisionedThroughputExceededException](err); !told && errors.Is(err, context.DeadlineExceeded) && time.Since(began) == within {
				slept++
			}
		}
		if slept != 100 {
			t.Errorf("%d calls of 100 slept until their deadline and lost the refusal", slept)
		}
	})
}

package awsretry_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

// spend makes calls that are refused for a reason until the tokens end, and
// returns how many retries they paid for.
func spend(t *testing.T, r *awsretry.Retrier, refused answer) (retries int) {
	t.Helper()
	for range 1_000 {
		s := always(refused)
		_, err := client(s, r).PutItem(t.Context(), put)
		retries += len(s.at) - 1
		stop, ok := errors.AsType[*awsretry.StopError](err)
		if !ok {
			continue
		}
		_, quota := errors.AsType[ratelimit.QuotaExceededError](err)
		_, service := errors.AsType[*types.ProvisionedThroughputExceededException](err)
		if stop.Outcome != retry.QuotaSpent || stop.Delay < 0 || !quota || !service {
			t.Fatalf("error %v, want the tokens spent, the SDK's reason and the service's error", err)
		}
		return retries
	}
	t.Fatal("the tokens do not end")
	return 0
}

// A hundred retries empty the SDK's bucket, whatever they were for. Ours has one
// for each cause.
func TestHotKeyDoesNotSpendTheRetriesOfATable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{})
		const whole = 100 // 500 tokens at 5 each
		for _, tt := range []struct {
			name    string
			refused answer
			want    int
		}{
			{"hot key", refusal(keyRangeWrite), whole},
			{"hot key again", refusal(keyRangeWrite), 0},
			{"hot key and table", refusal(tableWrite, keyRangeWrite), 0},
			{"table", refusal(tableWrite), whole},
			{"no reason", refusal(), whole},
			{"no reason again", refusal(), 0},
		} {
			if got := spend(t, r, tt.refused); got != tt.want {
				t.Errorf("%s: %d retries, want %d", tt.name, got, tt.want)
			}
		}
	})
}

// What succeeds at once adds a token to every budget.
func TestSuccessEarns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{})
		spend(t, r, refusal(keyRangeWrite))
		spend(t, r, refusal())
		for range 15 {
			if _, err := client(always(done), r).PutItem(t.Context(), put); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := spend(t, r, refusal(keyRangeWrite)), spend(t, r, refusal()); a != 3 || b != 3 {
			t.Errorf("after 15 successes %d and %d retries, want 3 and 3", a, b)
		}
	})
}

// A retry that succeeds gets its tokens back.
func TestSuccessfulRetryCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Concurrency: 100}) // 5 tokens: one retry
		for range 10 {
			if _, err := client(times(1, refusal(tableWrite), done), r).PutItem(t.Context(), put); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Environments share the SDK's tokens out among them, and earn the rest.
func TestStartsSmall(t *testing.T) {
	for _, tt := range []struct{ concurrency, want int }{
		{0, 100}, {1, 100}, {10, 10}, {100, 1}, {101, 0}, {1_000, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := retrier(t, awsretry.Options{Concurrency: tt.concurrency})
			if got := spend(t, r, refusal(tableWrite)); got != tt.want {
				t.Errorf("of %d environments: %d retries, want %d", tt.concurrency, got, tt.want)
			}
			for range 1_000 {
				if _, err := client(always(done), r).PutItem(t.Context(), put); err != nil {
					t.Fatal(err)
				}
			}
			if got := spend(t, r, refusal(tableWrite)); got != 100 {
				t.Errorf("of %d environments: %d retries after a thousand successes, want 100", tt.concurrency, got)
			}
		})
	}
}

// The deadline is looked at before the tokens are.
func TestDeadlineTakesNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Concurrency: 100})
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), awsretry.Reserve+time.Nanosecond)
			_, err := client(always(refusal(tableWrite)), r).PutItem(ctx, put)
			if stop, ok := errors.AsType[*awsretry.StopError](err); !ok || stop.Outcome != retry.DeadlineNear {
				t.Fatalf("error %v, want a deadline that is near", err)
			}
			cancel()
		}
		if got := spend(t, r, refusal(tableWrite)); got != 1 {
			t.Errorf("%d retries are left, want the one that was there", got)
		}
	})
}

// A limiter of the caller's own stands in for the SDK's in every budget.
func TestLimiterOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{
			MaxAttempts: 150,
			Standard:    []func(*sdkretry.StandardOptions){func(o *sdkretry.StandardOptions) { o.RateLimiter = ratelimit.None }},
		})
		s := always(refusal(tableWrite))
		if _, err := client(s, r).PutItem(t.Context(), put); err == nil || len(s.at) != 150 {
			t.Errorf("%d attempts and %v, want 150", len(s.at), err)
		}
	})
}

// A policy's tokens are its form's: a hundred retries of throttles, which those
// that succeed give back.
func TestTokensOfAPolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Policy: policy(t, retry.V21, retry.Options{})})
		for range 200 {
			if _, err := client(times(1, refusal(tableWrite), done), r).PutItem(t.Context(), put); err != nil {
				t.Fatal(err)
			}
			out, err := client(slow(13), r).BatchWriteItem(t.Context(), writesOf(25))
			if err != nil || len(out.UnprocessedItems) > 0 {
				t.Fatalf("%v, %d left over", err, len(out.UnprocessedItems["t"]))
			}
		}
		retries := 0
		for retries <= 100 {
			s := always(refusal(tableWrite))
			_, err := client(s, r).PutItem(t.Context(), put)
			retries += len(s.at) - 1
			if stop, ok := errors.AsType[*awsretry.StopError](err); ok {
				if stop.Outcome != retry.QuotaSpent || errors.Is(err, context.DeadlineExceeded) || retries != 100 {
					t.Errorf("%v after %d retries, want the tokens spent after 100", err, retries)
				}
				return
			}
		}
		t.Error("the tokens do not end")
	})
}

// What a batch sends again with success costs nothing.
func TestProgressOfABatchCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Concurrency: 100, MaxAttempts: 25}) // 5 tokens: one retry
		out, err := client(slow(1), r).BatchWriteItem(t.Context(), writesOf(25))
		if err != nil || len(out.UnprocessedItems) > 0 {
			t.Errorf("%v, %d left over, want none", err, len(out.UnprocessedItems["t"]))
		}
	})
}

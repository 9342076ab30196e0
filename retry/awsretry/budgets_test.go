package awsretry_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
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
			ctx, cancel := context.WithTimeout(t.Context(), awsretry.DefaultReserve+time.Nanosecond)
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

// What a batch sends again costs as other retries do: nothing if it is the end of
// it, and all if something is left over once more.
func TestTokensOfABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Concurrency: 100, MaxAttempts: 25}) // 5 tokens: one retry
		for range 10 {
			out, err := client(slow(13), r).BatchWriteItem(t.Context(), writesOf(25))
			if err != nil || len(out.UnprocessedItems) > 0 {
				t.Fatalf("%v, %d left over, want none", err, len(out.UnprocessedItems["t"]))
			}
		}
		s := slow(1)
		out, err := client(s, r).BatchWriteItem(t.Context(), writesOf(25))
		if err != nil || len(out.UnprocessedItems["t"]) != 23 || len(s.at) != 2 {
			t.Errorf("%v, %d left over by %d requests, want 23 by 2", err, len(out.UnprocessedItems["t"]), len(s.at))
		}
		if got := spend(t, r, refusal()); got != 0 {
			t.Errorf("%d retries are left, want none", got)
		}
		for range 5 {
			if _, err := client(slow(25), r).BatchWriteItem(t.Context(), writesOf(25)); err != nil {
				t.Fatal(err)
			}
		}
		if got := spend(t, r, refusal()); got != 1 {
			t.Errorf("%d retries after five batches, want one", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Policy: policy(t, retry.V21, retry.Options{MaxAttempts: 101})})
		if s := always(refusal(tableWrite)); second(client(s, r).PutItem(t.Context(), put)) == nil || len(s.at) != 101 {
			t.Fatalf("%d attempts, want all tokens spent by 101", len(s.at))
		}
		for range 10 {
			if err := second(client(slow(25), r).BatchWriteItem(t.Context(), writesOf(25))); err != nil {
				t.Fatal(err)
			}
		}
		s := always(refusal(tableWrite))
		if _ = second(client(s, r).PutItem(t.Context(), put)); len(s.at) != 3 {
			t.Errorf("%d attempts after ten batches, want 3", len(s.at))
		}
	})
}

// A cause that comes up late finds what was earned before.
func TestEarnedBeforeTheFirstThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Concurrency: 1_000})
		for range 1_000 {
			if _, err := client(always(done), r).PutItem(t.Context(), put); err != nil {
				t.Fatal(err)
			}
		}
		if got := spend(t, r, refusal(tableWrite)); got != 100 {
			t.Errorf("%d retries, want 100", got)
		}
	})
}

// A success earns by the rule of the SDK's core: up to 1.47 that of any attempt,
// from 1.48 of the first alone.
func TestEarningByTheCore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := retrier(t, awsretry.Options{Concurrency: 100}) // 5 tokens
		for range 25 {
			if _, err := client(times(1, refusal(tableWrite), done), r).PutItem(t.Context(), put); err != nil {
				t.Fatal(err)
			}
		}
		want := 6
		if !strings.HasPrefix(aws.SDKVersion, "1.47.") {
			want = 1
		}
		if got := spend(t, r, refusal(tableWrite)); got != want {
			t.Errorf("core %s: %d retries, want %d", aws.SDKVersion, got, want)
		}
	})
}

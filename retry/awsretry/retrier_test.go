package awsretry_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

func TestNewRefuses(t *testing.T) {
	legacy := policy(t, retry.Legacy, retry.Options{})
	for _, tt := range []struct {
		o    awsretry.Options
		want string
	}{
		{awsretry.Options{MaxAttempts: -1}, "MaxAttempts is -1: it must be from 1 to 1000, or 0 for the default"},
		{awsretry.Options{MaxAttempts: 1001}, "MaxAttempts is 1001: it must be from 1 to 1000, or 0 for the default"},
		{awsretry.Options{Limit: -1}, "Limit is -1ns: it must be from 0 to 24h0m0s"},
		{awsretry.Options{Limit: 25 * time.Hour}, "Limit is 25h0m0s: it must be from 0 to 24h0m0s"},
		{awsretry.Options{Reserve: -1}, "Reserve is -1ns: it must be from 0 to 24h0m0s"},
		{awsretry.Options{Limit: 500 * time.Millisecond}, "Limit is 500ms: it must be more than Reserve, 500ms"},
		{awsretry.Options{Concurrency: -1}, "Concurrency is -1: it must be from 1 to 1000000, or 0 if it is not known"},
		{awsretry.Options{Concurrency: 1_000_001}, "Concurrency is 1000001: it must be from 1 to 1000000, or 0 if it is not known"},
		{awsretry.Options{Policy: legacy, Concurrency: 1}, "Policy is legacy: it must be left out beside Standard, MaxAttempts and Concurrency"},
		{awsretry.Options{Policy: legacy, MaxAttempts: 1}, "Policy is legacy: it must be left out beside Standard, MaxAttempts and Concurrency"},
		{awsretry.Options{Standard: []func(*sdkretry.StandardOptions){nil}}, "Standard is a nil function: it must be functions"},
		{standard(func(o *sdkretry.StandardOptions) { o.MaxAttempts = -3 }), "Standard is -3: it must be MaxAttempts from 1, or 0 for the default"},
		{standard(func(o *sdkretry.StandardOptions) { o.RateLimiter = nil }), "Standard is <nil>: it must be a RateLimiter; ratelimit.None is none"},
		{
			awsretry.Options{Concurrency: 2, Standard: standard(func(o *sdkretry.StandardOptions) { o.RateLimiter = ratelimit.None }).Standard},
			"Concurrency is 2: it must be 0 beside a RateLimiter in Standard",
		},
		{awsretry.Options{IgnoreDeadline: true, Limit: time.Minute}, "Limit is 1m0s: it must be 0 beside IgnoreDeadline"},
		{awsretry.Options{Rand: rand.New(rand.NewPCG(1, 1))}, "Rand is given: it must be nil without Policy"},
		{awsretry.Options{ObserveOnly: true, IgnoreDeadline: true}, "ObserveOnly is true: it must be false where another option decides"},
		{awsretry.Options{ObserveOnly: true, Limit: time.Minute}, "ObserveOnly is true: it must be false where another option decides"},
		{awsretry.Options{ObserveOnly: true, Policy: legacy}, "ObserveOnly is true: it must be false where another option decides"},
	} {
		_, err := awsretry.New(tt.o)
		if !errors.Is(err, retry.ErrOption) || err.Error() != tt.want {
			t.Errorf("New(%+v): %v, want %s", tt.o, err, tt.want)
		}
	}
}

func standard(f func(*sdkretry.StandardOptions)) awsretry.Options {
	return awsretry.Options{Standard: []func(*sdkretry.StandardOptions){f}}
}

// The article's remedy, to the millisecond: its snippet asks for nine attempts,
// the SDK makes ten of that, and its repository makes eleven.
func TestLegacySchedule(t *testing.T) {
	for _, tt := range []struct {
		attempts int
		want     time.Duration
	}{{9, 12_750 * time.Millisecond}, {10, 25_550 * time.Millisecond}, {11, 51_150 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			s := always(refusal(tableWrite))
			r := retrier(t, awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{MaxAttempts: tt.attempts}), IgnoreDeadline: true})
			_, err := client(s, r).PutItem(t.Context(), put)
			if _, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok {
				t.Errorf("error %v, want the service's", err)
			}
			if len(s.at) != tt.attempts || time.Since(s.since) != tt.want {
				t.Errorf("%d attempts in %v, want %d in %v", len(s.at), time.Since(s.since), tt.attempts, tt.want)
			}
			for i, at := range s.at {
				if want := 50*time.Millisecond<<i - 50*time.Millisecond; at != want {
					t.Errorf("attempt %d at %v, want %v", i+1, at, want)
				}
			}
		})
	}
}

// What the SDK sleeps away, the retrier gives back: with the service's error and
// its own reason, as soon as it is certain.
func TestDeadline(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    awsretry.Options
	}{
		{"of the SDK's delays", awsretry.Options{MaxAttempts: 100}},
		{"of a policy's", awsretry.Options{Policy: policy(t, retry.V21, retry.Options{MaxAttempts: 100})}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 50 {
				synctest.Test(t, func(t *testing.T) {
					s := always(refusal(tableWrite))
					r := retrier(t, tt.o)
					db := client(s, r)
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					defer cancel()
					_, err := db.PutItem(ctx, put)
					if _, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok {
						t.Fatalf("error %v, want the service's", err)
					}
					stop, ok := errors.AsType[*awsretry.StopError](err)
					if !ok || stop.Outcome != retry.DeadlineNear || !errors.Is(err, context.DeadlineExceeded) {
						t.Fatalf("error %v, want a deadline that is near", err)
					}
					last := s.at[len(s.at)-1]
					if strings.Count(err.Error(), "ProvisionedThroughputExceededException") != 1 {
						t.Errorf("error %q, want the service's once", err)
					}
					if took := time.Since(s.since); took != last || took >= 4_500*time.Millisecond {
						t.Errorf("returned after %v, want at once after the last attempt, %v, and before 4.5s", took, last)
					}
					if next := last + stop.Delay; next < 4_500*time.Millisecond {
						t.Errorf("the next attempt at %v would have been in time", next)
					}
				})
			}
		})
	}
}

func TestDeadlinePastMakesNoCall(t *testing.T) {
	s := always(done)
	r := retrier(t, awsretry.Options{})
	db := client(s, r)
	for _, left := range []time.Duration{-time.Hour, 0, awsretry.DefaultReserve} {
		ctx, cancel := context.WithTimeout(t.Context(), left)
		ctx, inv := r.Begin(ctx, time.Time{})
		_, err := db.PutItem(ctx, put)
		if stop, ok := errors.AsType[*awsretry.StopError](err); !ok || stop.Outcome != retry.DeadlineNear {
			t.Errorf("with %v left: error %v, want a deadline that is near", left, err)
		}
		if a := inv.Account(); a.Calls != 1 || a.Attempts != 0 || a.Failed != 1 || a.Ended() != "deadline near" {
			t.Errorf("with %v left: account %+v, want one call that failed without an attempt", left, a)
		}
		inv.End()
		cancel()
	}
	if len(s.at) != 0 {
		t.Errorf("%d requests were sent", len(s.at))
	}
}

// The gateway has been counting since before the environment was started.
func TestLimitCountsFromTheRequest(t *testing.T) {
	const initTime = 5 * time.Second
	synctest.Test(t, func(t *testing.T) {
		request := time.Now()
		time.Sleep(initTime)
		s := always(refusal(tableWrite))
		r := retrier(t, awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{MaxAttempts: 1000}), Limit: awsretry.APIGateway})
		db := client(s, r)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // of the function
		defer cancel()
		ctx, inv := r.Begin(ctx, request)
		defer inv.End()
		if got, want := inv.Deadline().Sub(request), 28_500*time.Millisecond; got != want {
			t.Errorf("deadline %v after the request, want %v", got, want)
		}
		_, err := db.PutItem(ctx, put)
		if stop, ok := errors.AsType[*awsretry.StopError](err); !ok || stop.Outcome != retry.DeadlineNear {
			t.Errorf("error %v, want a deadline that is near", err)
		}
		// 12.75 s after its start comes the ninth attempt, and after 25.55 s, which
		// is 30.55 s after the request, would come the tenth.
		if got, want := time.Since(request), initTime+12_750*time.Millisecond; got != want || len(s.at) != 9 {
			t.Errorf("%d attempts until %v after the request, want 9 until %v", len(s.at), got, want)
		}
	})
}

func TestBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for _, tt := range []struct {
			name    string
			o       awsretry.Options
			timeout time.Duration // of ctx; 0: none
			since   time.Time
			want    time.Duration // 0: no deadline
		}{
			{"neither", awsretry.Options{}, 0, now, 0},
			{"a context's", awsretry.Options{}, 10 * time.Second, now, 9_500 * time.Millisecond},
			{"a limit", awsretry.Options{Limit: 29 * time.Second}, 0, now, 28_500 * time.Millisecond},
			{"both, the context first", awsretry.Options{Limit: 29 * time.Second}, 10 * time.Second, now, 9_500 * time.Millisecond},
			{"both, the limit first", awsretry.Options{Limit: 29 * time.Second}, time.Minute, now, 28_500 * time.Millisecond},
			{"a request that waited", awsretry.Options{Limit: 29 * time.Second}, 0, now.Add(-3 * time.Second), 25_500 * time.Millisecond},
			{"no request", awsretry.Options{Limit: 29 * time.Second}, 0, time.Time{}, 28_500 * time.Millisecond},
			{"a request to come", awsretry.Options{Limit: 29 * time.Second}, 0, now.Add(time.Hour), 28_500 * time.Millisecond},
			{"another reserve", awsretry.Options{Reserve: 2 * time.Second}, 10 * time.Second, now, 8 * time.Second},
			{"the beginning of time", awsretry.Options{Limit: 29 * time.Second}, 0, time.UnixMilli(0), 28_500 * time.Millisecond},
			{"a deadline ignored", awsretry.Options{IgnoreDeadline: true}, time.Minute, now, 59_500 * time.Millisecond},
			{"observed", awsretry.Options{ObserveOnly: true}, 10 * time.Second, now, 9_500 * time.Millisecond},
		} {
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if tt.timeout > 0 {
				ctx, cancel = context.WithTimeout(ctx, tt.timeout)
			}
			ctx, inv := retrier(t, tt.o).Begin(ctx, tt.since)
			end, limited := ctx.Deadline()
			if limited != (tt.want > 0) || limited && end.Sub(now) != tt.want || !inv.Deadline().Equal(end) {
				t.Errorf("%s: deadline %v, %v, want %v", tt.name, end.Sub(now), limited, tt.want)
			}
			_, nested := retrier(t, tt.o).Begin(ctx, tt.since)
			if !nested.Deadline().Equal(inv.Deadline()) {
				t.Errorf("%s: the deadline of an invocation within is %v earlier", tt.name, inv.Deadline().Sub(nested.Deadline()))
			}
			nested.End()
			inv.End()
			if limited && ctx.Err() == nil {
				t.Errorf("%s: the context goes on after End", tt.name)
			}
			cancel()
		}
	})
}

// A caller's own, shorter deadline keeps the reserve too.
func TestShorterDeadlineInAnInvocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(refusal(tableWrite))
		r := retrier(t, awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{}), Limit: awsretry.APIGateway})
		db := client(s, r)
		ctx, inv := r.Begin(t.Context(), time.Now())
		defer inv.End()
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if _, err := db.PutItem(ctx, put); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want a deadline that is near", err)
		}
		if got, want := time.Since(s.since), 750*time.Millisecond; got != want { // the next would be at 1.55 s
			t.Errorf("returned after %v, want %v", got, want)
		}
	})
}

// What a context cuts off keeps what the service said last.
func TestCancelledKeepsTheReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(refusal(tableWrite))
		r := retrier(t, awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{})})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		ctx, inv := r.Begin(ctx, time.Time{})
		defer inv.End()
		_, err := client(s, r).PutItem(ctx, put)
		if _, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok || !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want the service's and the context's", err)
		}
		if a := inv.Account(); a.Stopped != retry.Cancelled || a.Waited != time.Second || a.Attempts != 5 {
			t.Errorf("account %+v, want 5 attempts and 1s waited, cancelled", a)
		}
		if took := time.Since(s.since); took != time.Second {
			t.Errorf("returned after %v, want 1s", took)
		}
	})
	s := always(done)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client(s, retrier(t, awsretry.Options{})).PutItem(ctx, put); !errors.Is(err, context.Canceled) || len(s.at) != 0 {
		t.Errorf("after a cancel: error %v and %d requests, want the context's and none", err, len(s.at))
	}
}

// DynamoDB's defaults of service/dynamodb 1.74.0, which the SDK hands to its own
// retryer alone. They were read there, not run.
func TestDefaults(t *testing.T) {
	if awsretry.DefaultMaxAttempts != 4 || awsretry.DefaultBaseDelay != 25*time.Millisecond {
		t.Errorf("%d attempts, base %v, want 4, 25ms", awsretry.DefaultMaxAttempts, awsretry.DefaultBaseDelay)
	}
	for _, tt := range []struct {
		name string
		o    awsretry.Options
		want int
	}{
		{"zero", awsretry.Options{}, 4},
		{"attempts", awsretry.Options{MaxAttempts: 2}, 2},
		{"the SDK's option", awsretry.Options{Standard: []func(*sdkretry.StandardOptions){func(o *sdkretry.StandardOptions) {
			if o.MaxAttempts != 4 || o.BaseDelay != 25*time.Millisecond {
				t.Errorf("the SDK is handed %d attempts, base %v, want 4, 25ms", o.MaxAttempts, o.BaseDelay)
			}
			o.MaxAttempts = 6
		}}}, 6},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := always(refusal(tableWrite))
			r := retrier(t, tt.o)
			_, err := client(s, r).PutItem(t.Context(), put)
			if _, ok := errors.AsType[*sdkretry.MaxAttemptsError](err); !ok || len(s.at) != tt.want {
				t.Errorf("%s: %d attempts and %v, want %d and the SDK's error", tt.name, len(s.at), err, tt.want)
			}
		})
	}
}

// The SDK sleeps as long as its own formula says.
func TestDelaysAreTheSDKs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(refusal(tableWrite))
		r := retrier(t, awsretry.Options{Standard: []func(*sdkretry.StandardOptions){func(o *sdkretry.StandardOptions) {
			o.Backoff = sdkretry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
				return time.Duration(attempt) * time.Second, nil
			})
		}}})
		_, _ = client(s, r).PutItem(t.Context(), put)
		if want := []time.Duration{0, time.Second, 3 * time.Second, 6 * time.Second}; !slices.Equal(s.at, want) {
			t.Errorf("attempts at %v, want %v", s.at, want)
		}
	})
}

// AWS_MAX_ATTEMPTS comes to the client as RetryMaxAttempts.
func TestMaxAttemptsOfTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(refusal(tableWrite))
		o := client(s, retrier(t, awsretry.Options{})).Options()
		o.RetryMaxAttempts = 2
		if _, err := dynamodb.New(o).PutItem(t.Context(), put); err == nil || len(s.at) != 2 {
			t.Errorf("%d attempts and %v, want 2", len(s.at), err)
		}
	})
}

func TestWhatIsTriedAgain(t *testing.T) {
	coded := func(status int, code string) answer {
		return answer{status: status, body: `{"__type":"com.amazonaws.dynamodb.v20120810#` + code + `","message":"m"}`}
	}
	// Cores from 1.48 take a 429 for a throttle.
	since148, of429 := !strings.HasPrefix(aws.SDKVersion, "1.47."), retry.Final
	if since148 {
		of429 = retry.Throttle
	}
	cancelled := func(codes ...string) answer {
		reasons := `{"Code":"` + strings.Join(codes, `"},{"Code":"`) + `"}`
		return answer{status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[` + reasons + `]}`}
	}
	for _, tt := range []struct {
		name          string
		answer        answer
		class         retry.Class
		again, legacy bool // by the SDK and us; by the article's policy
	}{
		{"table", refusal("TableReadProvisionedThroughputExceeded"), retry.ThrottleTable, true, true},
		{"index", refusal("IndexWriteProvisionedThroughputExceeded"), retry.ThrottleIndex, true, true},
		{"hot key", refusal(keyRangeWrite), retry.ThrottleKeyRange, true, true},
		{"hot key of an index", refusal("IndexReadKeyRangeThroughputExceeded"), retry.ThrottleKeyRange, true, true},
		{"account", refusal("TableWriteAccountLimitExceeded"), retry.ThrottleAccount, true, false},
		{"maximum", refusal("IndexWriteMaxOnDemandThroughputExceeded"), retry.ThrottleMaximum, true, true},
		{"a reason to come", refusal("SomethingElse"), retry.Throttle, true, true},
		{"no reason", coded(400, "ProvisionedThroughputExceededException"), retry.Throttle, true, true},
		{"control plane", coded(400, "LimitExceededException"), retry.Throttle, true, true},
		{"account without reason", coded(400, "RequestLimitExceeded"), retry.ThrottleAccount, true, false},
		{"server", coded(500, "InternalServerError"), retry.Transient, true, true},
		{"a proxy's page", answer{status: 503, body: "<html>"}, retry.Transient, true, true},
		{"half an answer", answer{err: io.ErrUnexpectedEOF}, retry.Transient, true, true},
		{"no answer", answer{err: timeoutError{}}, retry.Timeout, true, true},
		{"validation", coded(400, "ValidationException"), retry.Final, false, false},
		{"condition", coded(400, "ConditionalCheckFailedException"), retry.Final, false, false},
		{"429 of no error that is known", answer{status: 429, body: "<html>"}, of429, since148, since148},
		{"transaction throttled", cancelled("None", "ThrottlingError"), retry.Throttle, true, true},
		{"transaction throttled twice", cancelled("ProvisionedThroughputExceeded", "ThrottlingError"), retry.Throttle, true, true},
		{"transaction throttled and refused", cancelled("ThrottlingError", "ConditionalCheckFailed"), retry.Final, false, false},
		{"transaction in conflict", cancelled("None", "TransactionConflict"), retry.Final, false, false},
		{"transaction cancelled for nothing", cancelled("None"), retry.Final, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, by := range []struct {
					name  string
					o     awsretry.Options
					again bool
				}{
					{"SDK", awsretry.Options{}, tt.again},
					{"legacy", awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{})}, tt.legacy},
					{"random-exponential", awsretry.Options{Policy: policy(t, retry.RandomExponential, retry.Options{})}, true},
				} {
					s := times(1, tt.answer, done)
					_, err := client(s, retrier(t, by.o)).PutItem(t.Context(), put)
					if again := len(s.at) == 2; again != by.again || (err == nil) != by.again {
						t.Errorf("%s: %d attempts and %v, want tried again: %v", by.name, len(s.at), err, by.again)
					}
				}
				_, err := client(always(tt.answer), retrier(t, awsretry.Options{MaxAttempts: 1})).PutItem(t.Context(), put)
				if got := awsretry.Classify(err).Class; got != tt.class {
					t.Errorf("class %v, want %v", got, tt.class)
				}
			})
		})
	}
}

type timeoutError struct{}

func (timeoutError) Error() string { return "timeout" }
func (timeoutError) Timeout() bool { return true }

// A hint that is past the deadline is worth no attempt before it, whatever the
// SDK makes of hints.
func TestHintPastTheDeadline(t *testing.T) {
	refused := refusal(tableWrite)
	refused.after = "3000"
	for _, after := range []string{"3000", "3000000000", "9223372036854775807"} {
		refused.after = after
		for _, o := range []awsretry.Options{{}, {Policy: policy(t, retry.V21, retry.Options{})}} {
			synctest.Test(t, func(t *testing.T) {
				s := always(refused)
				r := retrier(t, o)
				db := client(s, r)
				for range 150 { // more than there are tokens for
					ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
					_, err := db.PutItem(ctx, put)
					cancel()
					if stop, ok := errors.AsType[*awsretry.StopError](err); !ok || stop.Outcome != retry.DeadlineNear || stop.Delay < 3*time.Second {
						t.Fatalf("hint %s: %v, want the deadline near", after, err)
					}
				}
				if len(s.at) != 150 || time.Since(s.since) != 0 {
					t.Errorf("hint %s: %d attempts in %v, want 150 at once", after, len(s.at), time.Since(s.since))
				}
			})
		}
	}
}

// A policy of form V21 keeps to a hint, whatever the SDK does, and up to 5 s more
// than its own delay.
func TestHintOfAPolicy(t *testing.T) {
	for _, tt := range []struct {
		after       string
		least, most time.Duration
	}{
		{"1500", 1500 * time.Millisecond, 1500 * time.Millisecond},
		{"60000", 5 * time.Second, 6 * time.Second},
		{"-1", 0, time.Second},
		{"soon", 0, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			refused := refusal(tableWrite)
			refused.after = tt.after
			s := times(1, refused, done)
			r := retrier(t, awsretry.Options{Policy: policy(t, retry.V21, retry.Options{})})
			if _, err := client(s, r).PutItem(t.Context(), put); err != nil || s.at[1] < tt.least || s.at[1] > tt.most {
				t.Errorf("hint %s: %v, tried again after %v, want %v to %v", tt.after, err, s.at[1], tt.least, tt.most)
			}
		})
	}
}

// A call of little time is made, and not made again.
func TestDeadlineShorterThanTheReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, answers := range []*service{always(done), always(refusal(tableWrite))} {
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			_, err := client(answers, retrier(t, awsretry.Options{})).PutItem(ctx, put)
			cancel()
			if len(answers.at) != 1 || (err == nil) != (answers.answer(1, "", "") == done) {
				t.Errorf("%d requests and %v, want one", len(answers.at), err)
			}
		}
	})
}

// The time of an attempt is not that of its caller.
func TestTimeoutOfAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: func(n int, _, _ string) answer {
			if n == 1 {
				return refusal(tableWrite)
			}
			return answer{err: context.DeadlineExceeded} // as of http.Client.Timeout
		}}
		r := retrier(t, awsretry.Options{})
		ctx, inv := r.Begin(t.Context(), time.Time{})
		defer inv.End()
		_, err := client(s, r).PutItem(ctx, put)
		if _, stale := errors.AsType[*types.ProvisionedThroughputExceededException](err); stale || inv.Account().Stopped == retry.DeadlineNear {
			t.Errorf("error %v, account %+v, want the last attempt's", err, inv.Account())
		}
	})
}

// A retrier that is attached twice, or after another one, works once.
func TestAttachedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := always(refusal(tableWrite))
		other := retrier(t, awsretry.Options{MaxAttempts: 9})
		r := retrier(t, awsretry.Options{MaxAttempts: 3})
		ctx, inv := r.Begin(t.Context(), time.Time{})
		defer inv.End()
		db := dynamodb.New(client(s, other).Options(), r.Attach, r.Attach)
		if _, err := db.PutItem(ctx, put); err == nil {
			t.Error("no error")
		}
		if a := inv.Account(); a.Calls != 1 || a.Attempts != 3 || len(s.at) != 3 {
			t.Errorf("%d requests, account %+v, want 3 attempts of one call", len(s.at), a)
		}
	})
}

// The retryer of a client may be lent to one that no retrier is attached to: it
// is the SDK's, or the policy's, then.
func TestRetryerWithoutAttach(t *testing.T) {
	for _, o := range []awsretry.Options{{}, {Policy: policy(t, retry.Legacy, retry.Options{MaxAttempts: 4})}} {
		synctest.Test(t, func(t *testing.T) {
			s := always(refusal(tableWrite))
			options := client(s, retrier(t, o)).Options()
			options.APIOptions = nil
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if _, err := dynamodb.New(options).PutItem(ctx, put); err == nil || len(s.at) != 4 || time.Since(s.since) == 0 {
				t.Errorf("%d attempts in %v and %v, want 4", len(s.at), time.Since(s.since), err)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	for _, o := range []awsretry.Options{{}, {Policy: policy(t, retry.V21, retry.Options{})}} {
		synctest.Test(t, func(t *testing.T) {
			r := retrier(t, o)
			ctx, inv := r.Begin(t.Context(), time.Time{})
			defer inv.End()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if _, err := client(times(2, refusal(tableWrite), done), r).PutItem(ctx, put); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if a := inv.Account(); a.Calls != 20 || a.Attempts != 60 || a.Throttled != 40 {
				t.Errorf("account %+v, want 20 calls of 3 attempts", a)
			}
		})
	}
}

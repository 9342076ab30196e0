package awsretry

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"

	"lullaby/instant"
	"lullaby/retry"
)

// A standardRetryer is the SDK's, under deadlines and budgets.
type standardRetryer struct {
	*sdkretry.Standard // of delays, attempts and classes; its bucket is the general one

	budgets *budgets
}

func newStandardRetryer(o *Options) (*standardRetryer, error) {
	for _, option := range o.Standard {
		if option == nil {
			return nil, &retry.OptionError{Field: "Standard", Value: "a nil function", Want: "functions"}
		}
	}
	options := append([]func(*sdkretry.StandardOptions){func(s *sdkretry.StandardOptions) {
		s.MaxAttempts, s.BaseDelay = DefaultMaxAttempts, DefaultBaseDelay
		s.Retryables = append(s.Retryables, sdkretry.IsErrorRetryableFunc(throttledTransaction))
		s.Throttles = append(s.Throttles, sdkretry.IsErrorThrottleFunc(throttledTransaction))
	}}, o.Standard...)
	if o.MaxAttempts != 0 {
		options = append(options, func(s *sdkretry.StandardOptions) { s.MaxAttempts = o.MaxAttempts })
	}
	own, err := inspect(o, options)
	if err != nil {
		return nil, err
	}
	b := newBudgets(o.Concurrency, own, options)
	return &standardRetryer{b.general, b}, nil
}

// inspect refuses what the SDK would panic at, or pass over, in its options. It
// reports whether the limiter there is the caller's own.
func inspect(o *Options, options []func(*sdkretry.StandardOptions)) (ownLimiter bool, err error) {
	var seen sdkretry.StandardOptions
	ours := sdkretry.RateLimiter(ratelimit.NewTokenRateLimit(whole))
	sdkretry.NewStandard(func(s *sdkretry.StandardOptions) {
		s.RateLimiter = ours
		for _, option := range options {
			option(s)
		}
		seen = *s
	})
	ownLimiter = seen.RateLimiter != ours
	switch {
	case seen.MaxAttempts < 0:
		return false, &retry.OptionError{Field: "Standard", Value: seen.MaxAttempts, Want: "MaxAttempts from 1, or 0 for the default"}
	case seen.RateLimiter == nil:
		return false, &retry.OptionError{Field: "Standard", Value: nil, Want: "a RateLimiter; ratelimit.None is none"}
	case ownLimiter && o.Concurrency != 0:
		return false, &retry.OptionError{Field: "Concurrency", Value: o.Concurrency, Want: "0 beside a RateLimiter in Standard"}
	}
	return ownLimiter, nil
}

// begin starts a call of which only the deadline is ours.
func (s *standardRetryer) begin(now, deadline instant.Instant) retry.Call {
	return retry.Policy{}.Begin(now, deadline, nil)
}

// succeed has nothing to do: the SDK tells the tokens itself.
func (s *standardRetryer) succeed(*retry.Call) {}

// GetAttemptToken returns what tells the budgets how an attempt went. Of a batch
// only a first answer that leaves nothing over earns.
func (s *standardRetryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	return func(failure error) error {
		op := operationOf(ctx)
		if failure == nil && (op == nil || !op.unfinished && !op.resent) {
			return s.budgets.earn(ctx)
		}
		return nil
	}, nil
}

// GetRetryToken decides about a retry, and pays for it if there is time for it.
// The SDK asks for the delay next, which is drawn here.
func (s *standardRetryer) GetRetryToken(ctx context.Context, failure error) (func(error) error, error) {
	op := operationOf(ctx)
	if op == nil { // of a client that r is not attached to
		return s.budgets.take(ctx, failure)
	}
	if op.spent() {
		return nil, stopped(retry.Decision{Outcome: retry.AttemptsSpent}, nil)
	}
	delay, err := s.Standard.RetryDelay(op.failed, failure)
	if err != nil {
		return nil, err
	}
	// A core from 1.48 adds what the service asks for, an older one does not;
	// neither is worth an attempt before its time.
	if d := op.call.Weigh(op.now(), retry.Hinted(delay, hint(failure))); d.Outcome != retry.Again {
		return nil, stopped(d, nil)
	}
	release, err := s.budgets.take(ctx, failure)
	if err != nil {
		return nil, stopped(retry.Decision{Outcome: retry.QuotaSpent, Delay: delay}, err)
	}
	op.delay = delay
	return func(failure error) error { return release(op.failure(failure)) }, nil
}

// RetryDelay returns the delay that GetRetryToken has drawn.
func (s *standardRetryer) RetryDelay(attempt int, failure error) (time.Duration, error) {
	if e, ok := errors.AsType[*attemptError](failure); ok {
		return e.op.delay, nil
	}
	return s.Standard.RetryDelay(attempt, failure)
}

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

// A standardRetryer is the SDK's retryer with deadlines and budgets.
type standardRetryer struct {
	*sdkretry.Standard // decides delays, attempts and classes; its bucket is the general one

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

// inspect refuses options at which the SDK would panic, or which it would ignore.
// It reports whether the caller gave a limiter.
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

// begin starts a call for which a policy decides by the deadline alone.
func (s *standardRetryer) begin(now, deadline instant.Instant) retry.Call {
	return retry.Policy{}.Begin(now, deadline, nil)
}

// succeed does nothing: the SDK reports successes to the buckets itself.
func (s *standardRetryer) succeed(*retry.Call) {}

// GetAttemptToken returns a function that reports to the budgets how an attempt
// ended. A batch earns a token only by a first answer without a rest.
func (s *standardRetryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	return func(failure error) error {
		op := operationOf(ctx)
		if failure == nil && (op == nil || !op.unfinished && !op.resent) {
			return s.budgets.earn(ctx)
		}
		return nil
	}, nil
}

// GetRetryToken draws the delay of a retry, and takes its tokens if the deadline
// allows it. Its error is a *StopError. The SDK calls RetryDelay next.
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
	// Cores from 1.48 follow the service's hint, older ones do not. An attempt
	// before that time is of no use in either.
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

// RetryDelay returns the delay that GetRetryToken drew.
func (s *standardRetryer) RetryDelay(attempt int, failure error) (time.Duration, error) {
	if e, ok := errors.AsType[*attemptError](failure); ok {
		return e.op.delay, nil
	}
	return s.Standard.RetryDelay(attempt, failure)
}

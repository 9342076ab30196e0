package awsretry

import (
	"context"
	"errors"
	"time"

	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"

	"lullaby/retry"
)

// A standardRetryer is the SDK's, under deadlines and budgets.
type standardRetryer struct {
	*sdkretry.Standard // of delays, attempts and classes; its bucket is the general one

	budgets *budgets
}

func newStandardRetryer(o *Options) *standardRetryer {
	options := append([]func(*sdkretry.StandardOptions){func(s *sdkretry.StandardOptions) {
		s.MaxAttempts, s.BaseDelay = MaxAttempts, BaseDelay
		s.Retryables = append(s.Retryables, sdkretry.IsErrorRetryableFunc(throttledTransaction))
		s.Throttles = append(s.Throttles, sdkretry.IsErrorThrottleFunc(throttledTransaction))
	}}, o.Standard...)
	if o.MaxAttempts != 0 {
		options = append(options, func(s *sdkretry.StandardOptions) { s.MaxAttempts = o.MaxAttempts })
	}
	b := newBudgets(o.Concurrency, options)
	return &standardRetryer{b.general, b}
}

// Begin starts a call of which only the deadline is ours.
func (s *standardRetryer) begin(now, deadline time.Time) retry.Call {
	return retry.Policy{}.Begin(now, deadline, nil)
}

// Succeed has nothing to do: the SDK tells its tokens itself.
func (s *standardRetryer) succeed(*retry.Call) {}

// GetAttemptToken returns what tells the budgets how an attempt went.
func (s *standardRetryer) GetAttemptToken(context.Context) (func(error) error, error) {
	return s.budgets.earn, nil
}

// GetRetryToken decides about a retry, and pays for it if there is time for it.
// The SDK asks for the delay next, which is drawn here.
func (s *standardRetryer) GetRetryToken(ctx context.Context, failure error) (func(error) error, error) {
	op := operationOf(ctx)
	if op == nil {
		return s.budgets.take(ctx, failure)
	}
	delay, err := s.Standard.RetryDelay(op.failed, failure)
	if err != nil {
		return nil, err
	}
	// A core from 1.48 adds what the service asks for, an older one does not;
	// neither is worth an attempt before its time.
	if d := op.call.Weigh(time.Now(), retry.Hinted(delay, hint(failure))); d.Outcome != retry.Again {
		return nil, stopped(d, nil)
	}
	release, err := s.budgets.take(ctx, failure)
	if err != nil {
		return nil, stopped(retry.Decision{Outcome: retry.QuotaSpent, Delay: delay}, err)
	}
	op.delay = delay
	return release, nil
}

// RetryDelay returns the delay that GetRetryToken has drawn.
func (s *standardRetryer) RetryDelay(attempt int, failure error) (time.Duration, error) {
	if e, ok := errors.AsType[*attemptError](failure); ok {
		return e.op.delay, nil
	}
	return s.Standard.RetryDelay(attempt, failure)
}

package awsretry

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
)

// maxBudgets bounds the causes that have tokens of their own; further ones share
// the general bucket. Assumed: a function meets fewer.
const maxBudgets = 100

// budgets are the SDK's token buckets: a general one, and one for each cause of
// throttles. A retry takes tokens from the buckets of its causes, or from the
// general one if the error names no cause. A success adds to all of them, as it
// does to the SDK's only bucket. Safe for concurrent use.
type budgets struct {
	options []func(*sdkretry.StandardOptions)
	start   uint // tokens of a bucket before anything is earned
	own     bool // the caller gave a limiter, which stands for all buckets
	general *sdkretry.Standard

	mu struct {
		sync.Mutex
		earned uint // by all successes, at most a whole bucket
		of     map[cause]*sdkretry.Standard
	}
}

// whole is what a bucket holds at most.
const whole = sdkretry.DefaultRetryRateTokens

// newBudgets returns budgets for one of concurrency environments: each bucket
// starts with that share of the SDK's tokens, or with all if concurrency is 0.
func newBudgets(concurrency int, own bool, options []func(*sdkretry.StandardOptions)) *budgets {
	b := &budgets{options: options, start: whole, own: own}
	if concurrency > 0 {
		b.start = whole / uint(concurrency)
	}
	b.general = b.bucket()
	b.mu.of = map[cause]*sdkretry.Standard{}
	return b
}

// bucket returns a new bucket that holds its start and what was earned so far.
//
//nolint:contextcheck,nolintlint // there may be no request yet; it speaks up at the callers, not here
func (b *budgets) bucket() *sdkretry.Standard {
	l := ratelimit.NewTokenRateLimit(whole)
	if missing := whole - min(b.start+b.mu.earned, whole); missing > 0 {
		_, _ = l.GetToken(context.Background(), missing) // they are all there
	}
	limited := func(o *sdkretry.StandardOptions) { o.RateLimiter = l }
	return sdkretry.NewStandard(append([]func(*sdkretry.StandardOptions){limited}, b.options...)...)
}

// payers returns the buckets that pay for a retry after err.
func (b *budgets) payers(err error) []*sdkretry.Standard {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*sdkretry.Standard
	for _, c := range causes(err) {
		s, ok := b.mu.of[c]
		if !ok && !b.own && len(b.mu.of) < maxBudgets {
			s = b.bucket()
			b.mu.of[c] = s
		}
		if s != nil {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		all = append(all, b.general)
	}
	return all
}

// take takes the tokens for a retry after failure from the buckets of all its
// causes, or from none. release reports to them how the retry ended.
func (b *budgets) take(ctx context.Context, failure error) (release func(error) error, err error) {
	var taken []func(error) error
	for _, s := range b.payers(failure) {
		t, err := s.GetRetryToken(ctx, failure)
		if err != nil {
			_ = releaseAll(taken, nil) // as if it had succeeded: they get back what they have paid
			return nil, err
		}
		taken = append(taken, t)
	}
	return func(failure error) error { return releaseAll(taken, failure) }, nil
}

func releaseAll(taken []func(error) error, failure error) error {
	for _, t := range taken {
		if err := t(failure); err != nil {
			return err
		}
	}
	return nil
}

// earn reports to all buckets that the attempt of ctx succeeded. SDK cores from
// 1.48 add a token for a first attempt only (docs/aws/retries.md#quotas).
func (b *budgets) earn(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mu.earned = min(b.mu.earned+1, whole)
	if err := succeeded(ctx, b.general); err != nil {
		return err
	}
	for _, s := range b.mu.of {
		if err := succeeded(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func succeeded(ctx context.Context, s *sdkretry.Standard) error {
	release, err := s.GetAttemptToken(ctx)
	if err != nil {
		return err
	}
	return release(nil)
}

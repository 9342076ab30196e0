package awsretry

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
)

// maxBudgets bounds the causes that have tokens of their own; a further one
// shares the general ones. Assumed: a function meets fewer.
const maxBudgets = 100

// Budgets are the SDK's token buckets: a general one, and one for each cause of
// throttles. A retry is paid from those of its causes, or from the general one
// if the error names none; what succeeds at once adds to all, as it does to the
// SDK's only one. Safe for concurrent use.
type budgets struct {
	new     func() *sdkretry.Standard // with a bucket of its own
	general *sdkretry.Standard

	mu struct {
		sync.Mutex
		of map[cause]*sdkretry.Standard
	}
}

// newBudgets returns budgets of which each starts with its share of the SDK's
// tokens, in a fleet of concurrency environments; with all of them if that is 0.
func newBudgets(concurrency int, options []func(*sdkretry.StandardOptions)) *budgets {
	limited := func(o *sdkretry.StandardOptions) { o.RateLimiter = newLimiter(concurrency) }
	all := append([]func(*sdkretry.StandardOptions){limited}, options...)
	b := &budgets{new: func() *sdkretry.Standard { return sdkretry.NewStandard(all...) }}
	b.general = b.new()
	b.mu.of = map[cause]*sdkretry.Standard{}
	return b
}

//nolint:contextcheck,nolintlint // there is no request yet; it speaks up at the callers, not here
func newLimiter(concurrency int) *ratelimit.TokenRateLimit {
	l := ratelimit.NewTokenRateLimit(sdkretry.DefaultRetryRateTokens)
	if concurrency > 0 {
		share := sdkretry.DefaultRetryRateTokens / uint(concurrency)
		_, _ = l.GetToken(context.Background(), sdkretry.DefaultRetryRateTokens-share) // they are all there
	}
	return l
}

// payers returns the budgets that pay for a retry after err.
func (b *budgets) payers(err error) []*sdkretry.Standard {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*sdkretry.Standard
	for _, c := range causes(err) {
		s, ok := b.mu.of[c]
		if !ok && len(b.mu.of) < maxBudgets {
			s = b.new()
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

// take pays for a retry after failure, from all of its causes or from none, and
// returns what tells them how the retry went.
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

// earn tells all budgets how a first attempt, or with SDK cores up to 1.47 any
// attempt, went.
func (b *budgets) earn(failure error) error {
	if failure != nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := succeeded(b.general); err != nil {
		return err
	}
	for _, s := range b.mu.of {
		if err := succeeded(s); err != nil {
			return err
		}
	}
	return nil
}

func succeeded(s *sdkretry.Standard) error {
	release, err := s.GetAttemptToken(context.Background())
	if err != nil {
		return err
	}
	return release(nil)
}

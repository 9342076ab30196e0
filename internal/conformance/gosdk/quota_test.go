package gosdk

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"lullaby/instant"
	"lullaby/retry"
)

// A pair is the SDK and a policy of ours that are told the same, each with a quota
// of its own.
type pair struct {
	t      *testing.T
	sdk    func(network) // makes one call
	tokens *ratelimit.TokenRateLimit
	policy retry.Policy
	quota  *retry.Quota
}

// newPair returns a pair that makes so many attempts. Connect makes the SDK's half
// of a retryer.
func newPair(t *testing.T, attempts int, connect func(func(*sdkretry.StandardOptions)) func(network)) *pair {
	t.Helper()
	p := &pair{t: t, tokens: ratelimit.NewTokenRateLimit(sdkretry.DefaultRetryRateTokens)}
	p.sdk = connect(func(o *sdkretry.StandardOptions) { o.MaxAttempts, o.RateLimiter = attempts, p.tokens })
	p.policy = ofSDK(t, retry.Options{MaxAttempts: attempts}, retry.Options{MaxAttempts: attempts})
	p.quota = p.policy.NewQuota()
	return p
}

// call makes a call whose attempts end as outcomes say, Final being a success,
// and returns how many the SDK made. Ours must make as many and leave as many
// tokens.
func (p *pair) call(outcomes []retry.Failure) (attempts int) {
	p.t.Helper()
	p.sdk(func() (*http.Response, error) {
		f := outcomes[attempts]
		attempts++
		if f.Class == retry.Final {
			return answer(http.StatusOK, "{}"), nil
		}
		return failed(f)
	})
	call, now := p.policy.Begin(0, 0, p.quota), instant.Instant(0)
	made := 0
	for again := true; again; {
		made++
		if outcomes[made-1].Class == retry.Final {
			call.Succeed()
			break
		}
		d := call.Fail(now, outcomes[made-1], nil)
		again, now = d.Outcome == retry.Again, d.At
	}
	if made != attempts || p.quota.Left() != int(p.tokens.Remaining()) {
		p.t.Fatalf("after %v: %d attempts and %d tokens left, the SDK made %d and has %d",
			outcomes, made, p.quota.Left(), attempts, p.tokens.Remaining())
	}
	return attempts
}

// Tokens cost and come back as package retry has it, call by call, whatever the
// failures.
func TestQuotaTokens(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		const attempts = 4
		whole := func(options func(*sdkretry.StandardOptions)) func(network) {
			var answers network
			c := client(func() (*http.Response, error) { return answers() }, options)
			return func(n network) {
				answers = n
				_ = put(t.Context(), c)
			}
		}
		p, rng := newPair(t, attempts, whole), rand.New(rand.NewPCG(1, 0))
		least := 500
		for range 4000 {
			outcomes := make([]retry.Failure, attempts)
			for i := range outcomes {
				if rng.IntN(10) < 4 {
					outcomes[i].Class = []retry.Class{retry.Transient, retry.Timeout, retry.ThrottleTable}[rng.IntN(3)]
				}
			}
			p.call(outcomes)
			least = min(least, p.quota.Left())
		}
		if least > 5 {
			t.Errorf("%d tokens at least: the quota never bound", least)
		}
	})
}

// Where attempts are throttled with probability p, the retries per call that a
// quota lets through once it binds are (1-p)/(c p) by 2.1. Up to 1.47 the call
// that succeeds with a retry gains a token as well: (1-p)/(c p - (1-p)). The SDK's
// loop of attempts runs alone, for many calls are needed.
func TestQuotaLaw(t *testing.T) {
	const (
		calls = 60_000
		cost  = 5
	)
	for _, p := range []float64{0.5, 0.7} {
		inVirtualTime(t, func(t *testing.T) {
			both, rng := newPair(t, 4, retryLoop(t)), rand.New(rand.NewPCG(2, 0))
			retries := 0
			for i := range 2 * calls {
				if i == calls {
					retries = 0 // the first 500 tokens are spent
				}
				outcomes := make([]retry.Failure, 4)
				for i := range outcomes {
					if rng.Float64() < p {
						outcomes[i].Class = retry.ThrottleTable
					}
				}
				retries += both.call(outcomes) - 1
			}
			want := (1 - p) / (cost*p - (1 - p))
			if since21 {
				want = (1 - p) / (cost * p)
			}
			if got := float64(retries) / calls; math.Abs(got-want) > 0.02*want {
				t.Errorf("p = %v: %.4f retries per call, want %.4f", p, got, want)
			}
		})
	}
}

// retryLoop connects the middleware that makes attempts, and no more.
func retryLoop(t *testing.T) func(func(*sdkretry.StandardOptions)) func(network) {
	return func(options func(*sdkretry.StandardOptions)) func(network) {
		loop := sdkretry.NewAttemptMiddleware(sdkretry.NewStandard(options), func(in any) any { return in })
		throttle := &types.ProvisionedThroughputExceededException{}
		return func(n network) {
			attempt := middleware.FinalizeHandlerFunc(func(context.Context, middleware.FinalizeInput) (out middleware.FinalizeOutput, m middleware.Metadata, err error) {
				r, _ := n()
				if r.StatusCode != http.StatusOK {
					err = throttle
				}
				return out, m, errors.Join(err, r.Body.Close())
			})
			_, _, _ = loop.HandleFinalize(t.Context(), middleware.FinalizeInput{}, attempt)
		}
	}
}

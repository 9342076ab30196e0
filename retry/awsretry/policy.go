package awsretry

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"lullaby/retry"
)

// A policyRetryer decides by a policy of package retry.
type policyRetryer struct {
	policy retry.Policy

	mu struct {
		sync.Mutex
		rng   *rand.Rand
		quota *retry.Quota
	}
}

func newPolicyRetryer(o *Options) *policyRetryer {
	p := &policyRetryer{policy: o.Policy}
	p.mu.rng = o.Rand
	if p.mu.rng == nil {
		p.mu.rng = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	p.mu.quota = o.Policy.NewQuota()
	return p
}

func (p *policyRetryer) begin(now, deadline time.Time) retry.Call {
	return p.policy.Begin(now, deadline, p.mu.quota)
}

func (p *policyRetryer) succeed(c *retry.Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.Succeed()
}

func (p *policyRetryer) IsErrorRetryable(failure error) bool {
	return p.policy.Retries(Classify(failure).Class)
}

func (p *policyRetryer) MaxAttempts() int { return p.policy.Options().MaxAttempts }

func (p *policyRetryer) GetInitialToken() func(error) error { return nothing }

func (p *policyRetryer) GetAttemptToken(context.Context) (func(error) error, error) {
	return nothing, nil
}

func nothing(error) error { return nil }

// GetRetryToken decides about a retry.
func (p *policyRetryer) GetRetryToken(ctx context.Context, failure error) (func(error) error, error) {
	op := operationOf(ctx)
	if op == nil {
		return nothing, nil
	}
	now, f := time.Now(), Classify(failure)
	p.mu.Lock()
	d := op.call.Fail(now, retry.Failure{Class: f.Class}, p.mu.rng)
	p.mu.Unlock()
	op.delay = d.Delay
	if d.Outcome == retry.Again && f.Hint > 0 { // which SDK cores from 1.48 add
		d = op.call.Weigh(now, retry.Hinted(d.Delay, f.Hint))
	}
	if d.Outcome != retry.Again {
		return nil, stopped(d, nil)
	}
	return nothing, nil
}

// RetryDelay returns the delay that GetRetryToken has drawn.
func (p *policyRetryer) RetryDelay(attempt int, failure error) (time.Duration, error) {
	if e, ok := errors.AsType[*attemptError](failure); ok {
		return e.op.delay, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.policy.Delay(attempt, Classify(failure).Class, 0, p.mu.rng), nil
}

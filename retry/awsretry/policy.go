package awsretry

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"lullaby/instant"
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

func (p *policyRetryer) begin(now, deadline instant.Instant) retry.Call {
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

// GetRetryToken decides whether an attempt follows after failure, and draws its
// delay. Its error is a *StopError.
func (p *policyRetryer) GetRetryToken(ctx context.Context, failure error) (func(error) error, error) {
	op := operationOf(ctx)
	if op == nil { // of a client that r is not attached to
		return nothing, nil
	}
	if op.spent() {
		return nil, stopped(retry.Decision{Outcome: retry.AttemptsSpent}, nil)
	}
	f := Classify(failure)
	f.Hint = op.hint
	p.mu.Lock()
	d := op.call.Fail(op.now(), f, p.mu.rng)
	p.mu.Unlock()
	if d.Outcome != retry.Again {
		return nil, stopped(d, nil)
	}
	op.delay = d.Delay
	return nothing, nil
}

// RetryDelay returns the delay that GetRetryToken drew.
func (p *policyRetryer) RetryDelay(attempt int, failure error) (time.Duration, error) {
	if e, ok := errors.AsType[*attemptError](failure); ok {
		return e.op.delay, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.policy.Delay(attempt, Classify(failure).Class, 0, p.mu.rng), nil
}

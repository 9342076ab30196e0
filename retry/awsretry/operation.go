package awsretry

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"lullaby/retry"
)

// An operation is one call of the client while its attempts last. It belongs to
// the goroutine that makes them.
type operation struct {
	invocation *Invocation // nil: none was begun
	call       retry.Call
	failed     int           // attempts
	failedAt   time.Time     // zero unless the next attempt is waited for
	delay      time.Duration // until that
	last       error         // what the last attempt that was answered failed with
}

type operationKey struct{}

func operationOf(ctx context.Context) *operation {
	op, _ := ctx.Value(operationKey{}).(*operation)
	return op
}

// An attemptError carries the operation from where an attempt failed to where the
// SDK asks for a delay, without a context.
type attemptError struct {
	op *operation
	error
}

func (e *attemptError) Unwrap() error { return e.error }

// observe adds what follows a call and its attempts to the client's middleware.
func (r *Retrier) observe(stack *middleware.Stack) error {
	if err := stack.Initialize.Add((*callMiddleware)(r), middleware.Before); err != nil {
		return err
	}
	return stack.Finalize.Insert((*attemptMiddleware)(r), "Retry", middleware.After)
}

// A callMiddleware is a retrier around all of a call, an attemptMiddleware one
// around each attempt.
type (
	callMiddleware    Retrier
	attemptMiddleware Retrier
)

func (*callMiddleware) ID() string    { return "lullaby:Call" }
func (*attemptMiddleware) ID() string { return "lullaby:Attempt" }

// HandleInitialize makes a call of the client's.
func (m *callMiddleware) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	r, inv := (*Retrier)(m), invocationOf(ctx)
	inv.note(func(a *Account) { a.Calls++ })
	if inv != nil {
		in.Parameters = askForUnits(in.Parameters)
	}
	if b := batchOf(in.Parameters); b != nil && r.decider != nil {
		out, metadata, err = r.drain(ctx, b, in, next)
	} else {
		out, metadata, err = r.once(ctx, in, next)
	}
	if err != nil {
		inv.failed(err)
	}
	return out, metadata, err
}

// once makes a call of the SDK's, with all of its attempts.
func (r *Retrier) once(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	op := &operation{invocation: invocationOf(ctx)}
	if r.decider != nil {
		now := time.Now()
		op.call = r.decider.begin(now, r.deadline(ctx, op.invocation))
		if !op.call.Open(now) {
			return out, metadata, stopped(retry.Decision{Outcome: retry.DeadlineNear}, nil)
		}
	}
	out, metadata, err = next.HandleInitialize(context.WithValue(ctx, operationKey{}, op), in)
	if err == nil {
		if r.decider != nil {
			r.decider.succeed(&op.call)
		}
		op.invocation.consumed(out.Result)
		return out, metadata, nil
	}
	if cancelled(err) {
		op.wait() // as far as it came
		if op.last != nil && r.decider != nil {
			err = errors.Join(err, op.last) // the SDK forgets it
		}
	}
	return out, metadata, err
}

// HandleFinalize makes an attempt.
func (m *attemptMiddleware) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	op := operationOf(ctx)
	op.wait()
	op.invocation.note(func(a *Account) { a.Attempts++ })
	out, metadata, err := next.HandleFinalize(ctx, in)
	if err == nil {
		return out, metadata, nil
	}
	op.failed++
	op.failedAt = time.Now()
	op.invocation.refused(err)
	if !cancelled(err) {
		op.last = err
	}
	if m.decider == nil {
		return out, metadata, err
	}
	return out, metadata, &attemptError{op, err}
}

// wait notes the time since the last attempt failed.
func (op *operation) wait() {
	if op.failedAt.IsZero() {
		return
	}
	waited := time.Since(op.failedAt)
	op.failedAt = time.Time{}
	op.invocation.note(func(a *Account) { a.Waited += waited })
}

// stopped returns the error of a decision that is not Again.
func stopped(d retry.Decision, reason error) error {
	return &StopError{d.Outcome, d.Delay, reason}
}

// cancelled says whether a context ended an attempt or a sleep.
func cancelled(err error) bool {
	return !is[*StopError](err) && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled))
}

// outcomeOf returns why there was no further attempt after err.
func outcomeOf(err error) (retry.Outcome, time.Duration) {
	switch stop, ok := errors.AsType[*StopError](err); {
	case ok:
		return stop.Outcome, stop.Delay
	case is[*sdkretry.MaxAttemptsError](err):
		return retry.AttemptsSpent, 0
	case is[ratelimit.QuotaExceededError](err):
		return retry.QuotaSpent, 0
	case errors.Is(err, context.DeadlineExceeded):
		return retry.DeadlineNear, 0
	case errors.Is(err, context.Canceled):
		return retry.Cancelled, 0
	}
	return retry.FinalFailure, 0
}

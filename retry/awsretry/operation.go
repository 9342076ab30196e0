package awsretry

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"lullaby/instant"
	"lullaby/retry"
)

// An operation is the state of one call of the client. The goroutine that makes
// the attempts owns it.
type operation struct {
	invocation *Invocation // nil: Begin was not called
	began      time.Time   // of the call; zero if r only observes
	call       retry.Call
	failed     int           // attempts, answers with a rest included
	failedAt   time.Time     // of the last failure; zero unless the call waits
	delay      time.Duration // until the next attempt
	hint       time.Duration // of the service, where the SDK does not apply it
	last       error         // of the last attempt

	// For a batch.
	batch      batch // nil: no batch
	most       int   // attempts that the client allows
	resent     bool
	unfinished bool // the last answer left a rest,
	full       bool // because the answer was full
}

type operationKey struct{}

func operationOf(ctx context.Context) *operation {
	op, _ := ctx.Value(operationKey{}).(*operation)
	return op
}

// An attemptError carries the operation from a failed attempt to RetryDelay,
// which gets no context.
type attemptError struct {
	op *operation
	error
}

func (e *attemptError) Unwrap() error { return e.error }

// A callMiddleware is a retrier around a whole call, an attemptMiddleware one
// around each attempt.
type (
	callMiddleware    Retrier
	attemptMiddleware Retrier
)

const (
	callID    = "lullaby:Call"
	attemptID = "lullaby:Attempt"
)

func (*callMiddleware) ID() string    { return callID }
func (*attemptMiddleware) ID() string { return attemptID }

// observe adds both middlewares to the client, in place of another retrier's.
func (r *Retrier) observe(stack *middleware.Stack) error {
	if _, ok := stack.Initialize.Get(callID); ok {
		if _, err := stack.Initialize.Swap(callID, (*callMiddleware)(r)); err != nil {
			return err
		}
		_, err := stack.Finalize.Swap(attemptID, (*attemptMiddleware)(r))
		return err
	}
	if err := stack.Initialize.Add((*callMiddleware)(r), middleware.Before); err != nil {
		return err
	}
	return stack.Finalize.Insert((*attemptMiddleware)(r), "Retry", middleware.After)
}

// HandleInitialize makes a call and counts it.
func (m *callMiddleware) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	r, inv := (*Retrier)(m), invocationOf(ctx)
	inv.note(func(a *Account) { a.Calls++ })
	if inv != nil {
		in.Parameters = askForUnits(in.Parameters)
	}
	op := &operation{invocation: inv}
	if r.decider == nil {
		out, metadata, err = r.send(ctx, op, in, next)
	} else {
		out, metadata, err = r.decided(ctx, op, in, next)
	}
	if err != nil {
		inv.failed(ctx, err)
	}
	return out, metadata, err
}

// decided makes a call whose retries r decides.
func (r *Retrier) decided(ctx context.Context, op *operation, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	op.began = time.Now()
	if end, limited := ctx.Deadline(); limited && !op.began.Before(end) {
		return out, metadata, stopped(retry.Decision{Outcome: retry.DeadlineNear}, nil)
	}
	op.call = r.decider.begin(op.now(), op.instant(r.deadline(ctx, op.invocation)))
	op.batch = batchOf(in.Parameters)
	if op.batch != nil {
		out, metadata, err = r.drain(ctx, op, in, next)
	} else {
		out, metadata, err = r.send(ctx, op, in, next)
	}
	if err == nil && !op.unfinished {
		r.decider.succeed(&op.call)
	}
	return out, metadata, err
}

// send hands a request to the SDK.
func (r *Retrier) send(ctx context.Context, op *operation, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleInitialize(context.WithValue(ctx, operationKey{}, op), in)
	if err == nil {
		op.invocation.consumed(out.Result)
		return out, metadata, nil
	}
	if cancelled(ctx, err) {
		op.wait() // as far as it came
		if op.last != nil && r.decider != nil {
			err = errors.Join(err, op.last) // the SDK forgets it
		}
	}
	return out, metadata, err
}

// HandleFinalize makes an attempt and counts it.
func (m *attemptMiddleware) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	r, op := (*Retrier)(m), operationOf(ctx)
	op.wait()
	op.invocation.note(func(a *Account) { a.Attempts++ })
	out, metadata, err := next.HandleFinalize(ctx, in)
	if op.batch != nil {
		op.most = allowed(in.Request)
		op.look(out.Result, metadata, err)
	}
	if err == nil {
		return out, metadata, nil
	}
	op.failed++
	op.failedAt = time.Now()
	op.invocation.refused(err)
	if ctx.Err() == nil {
		op.last = err
	}
	if r.decider == nil {
		return out, metadata, err
	}
	if r.o.Policy != (retry.Policy{}) {
		op.hint = takeHint(err)
	}
	return out, metadata, &attemptError{op, err}
}

// allowed returns the attempts that the client allows, from the header in which
// the SDK states them; 0 without that. The retryer's own number may differ.
func allowed(request any) int {
	if r, ok := request.(*smithyhttp.Request); ok {
		if _, text, ok := strings.Cut(r.Header.Get("Amz-Sdk-Request"), "max="); ok {
			text, _, _ = strings.Cut(text, ";")
			n, _ := strconv.Atoi(text)
			return n
		}
	}
	return 0
}

// spent reports whether a batch has had all its attempts. The SDK counts the
// attempts of each request apart.
func (op *operation) spent() bool { return op.most > 0 && op.failed >= op.most }

// now returns the present instant.
func (op *operation) now() instant.Instant { return op.instant(time.Now()) }

// instant returns the instant of t, the zero one for the zero t. It counts from
// the beginning of the call by the monotonic clock, so that setting the wall
// clock during the call neither lengthens nor ends it.
func (op *operation) instant(t time.Time) instant.Instant {
	if t.IsZero() {
		return 0
	}
	return instant.Of(op.began).Add(t.Sub(op.began))
}

// wait adds the time since the last failure to the account.
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

// cancelled reports whether ctx ended an attempt or a sleep, and not the
// attempt's own timeout.
func cancelled(ctx context.Context, err error) bool {
	return ctx.Err() != nil && !is[*StopError](err)
}

// outcomeOf returns why no attempt followed after err, and the delay that the
// next one would have had.
func outcomeOf(ctx context.Context, err error) (retry.Outcome, time.Duration) {
	stop, ok := errors.AsType[*StopError](err)
	switch {
	case ok:
		return stop.Outcome, stop.Delay
	case is[*sdkretry.MaxAttemptsError](err):
		return retry.AttemptsSpent, 0
	case is[ratelimit.QuotaExceededError](err):
		return retry.QuotaSpent, 0
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return retry.DeadlineNear, 0
	case ctx.Err() != nil:
		return retry.Cancelled, 0
	}
	return retry.FinalFailure, 0
}

package edge

import (
	"context"
	"errors"
	"time"

	"lullaby/gateway"
	"lullaby/lambda"
)

// An Invocation is what became of a request's function.
type Invocation struct {
	Payload []byte          // the result
	Refusal gateway.Refusal // 0: the function answers
	Cause   error           // of the Refusal, if it does not say; may be nil
	Took    time.Duration
}

// Invoke runs a function and waits for its result, timeout at most. Assumed: it
// runs on when the client leaves; the gateway waits for its result and counts
// the request. If the Invocation has a Cause, the function may still read the
// payload of in.
func Invoke(ctx context.Context, functions lambda.Invoker, in lambda.InvokeInput, timeout time.Duration) Invocation {
	if len(in.Payload) > lambda.MaxRequestBytes {
		return Invocation{Refusal: gateway.EventTooLong}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	begun := time.Now()
	out, err := functions.Invoke(ctx, in)
	i := Invocation{Payload: out.Payload, Cause: err, Took: time.Since(begun)}
	switch {
	case err != nil:
		i.Refusal = refusalOf(ctx, err)
	case out.FunctionError != "":
		i.Refusal = gateway.FunctionFailed
	}
	return i
}

// InvokeStream runs a function as Invoke does, and waits until its answer begins,
// timeout at most. It returns the answer, which the caller must close, unless there is a
// Refusal.
func InvokeStream(ctx context.Context, functions lambda.Streamer, in lambda.InvokeInput, timeout time.Duration) (lambda.Stream, Invocation) {
	if len(in.Payload) > lambda.MaxRequestBytes {
		return nil, Invocation{Refusal: gateway.EventTooLong}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	begun := time.Now()
	answer, err := functions.InvokeStream(ctx, in)
	i := Invocation{Cause: err, Took: time.Since(begun)}
	if err != nil {
		i.Refusal = refusalOf(ctx, err)
	}
	return answer, i
}

// refusalOf returns the refusal for the error of an invocation.
func refusalOf(ctx context.Context, err error) gateway.Refusal {
	switch {
	case ctx.Err() != nil:
		return gateway.TimedOut
	case errors.Is(err, lambda.ErrRequestTooLarge):
		return gateway.EventTooLong
	case errors.Is(err, lambda.ErrThrottled):
		return gateway.FunctionThrottled
	default: // no such function
		return gateway.NotInvoked
	}
}

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
	case err == nil && out.FunctionError == "":
	case err == nil:
		i.Refusal = gateway.FunctionFailed
	case ctx.Err() != nil:
		i.Refusal = gateway.TimedOut
	case errors.Is(err, lambda.ErrRequestTooLarge):
		i.Refusal = gateway.EventTooLong
	case errors.Is(err, lambda.ErrThrottled):
		i.Refusal = gateway.FunctionThrottled
	default: // no such function
		i.Refusal = gateway.NotInvoked
	}
	return i
}

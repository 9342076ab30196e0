package lambda

import (
	"context"
	"errors"
	"fmt"
)

// An InvocationType says whether a caller waits for the result
// (API_Invoke, "X-Amz-Invocation-Type").
type InvocationType string

// The invocation types of the Invoke API. The empty type is RequestResponse.
const (
	RequestResponse InvocationType = "RequestResponse" // 200 and the result
	Event           InvocationType = "Event"           // 202 at once, the result is dropped
	DryRun          InvocationType = "DryRun"          // 204, nothing runs
)

// Sizes of the Invoke API in bytes ("Lambda quotas" and the sandbox's own
// message; facts lambda.md 4).
const (
	MaxRequestBytes      = 6_291_456   // synchronous payload
	MaxEventBytes        = 1_048_576   // asynchronous payload, 256 KB until 2025
	MaxResponseBytes     = 6_291_556   // 6 MiB and 100 bytes
	MaxClientContext     = 3_583       // X-Amz-Client-Context, base64
	MaxLogTail           = 4_096       // X-Amz-Log-Result before base64
	ExecutedVersion      = "$LATEST"   // the one version there is
	FunctionErrorMessage = "Unhandled" // X-Amz-Function-Error; "Handled" no longer occurs
)

// InvokeInput is the request of the Invoke API.
type InvokeInput struct {
	FunctionName   string         // name, name:qualifier, partial or full ARN
	Qualifier      string         // empty or $LATEST
	InvocationType InvocationType // empty: RequestResponse
	LogTail        bool           // X-Amz-Log-Type: Tail; for RequestResponse only
	ClientContext  string         // base64 JSON, handed on as it came
	TraceID        string         // X-Amzn-Trace-Id; empty: one is made
	Payload        []byte         // JSON; empty is {}
}

// InvokeOutput is the answer of the Invoke API. A function that fails is an
// answer, not an error: FunctionError is set and Payload says why.
type InvokeOutput struct {
	StatusCode      int    // 200, 202 or 204
	RequestID       string // x-amzn-RequestId, the id in the function's log
	ExecutedVersion string
	FunctionError   string // "" or "Unhandled"
	LogResult       []byte // the last 4 KB of the log, not yet base64
	Payload         []byte // the function's JSON, "null" when it returned nothing
}

// An Invoker runs functions. It is safe for concurrent use. Its errors are the
// ones of this package; when ctx ends first the error is context.Cause(ctx)
// and the function runs on, as on AWS.
type Invoker interface {
	Invoke(ctx context.Context, in InvokeInput) (InvokeOutput, error)
}

// ErrThrottled is matched, by errors.Is, by every refusal for want of
// concurrency or rate.
var ErrThrottled = errors.New("rate exceeded")

// A ThrottleReason is the Reason member of TooManyRequestsException.
type ThrottleReason string

// The reasons that the model can give (API_Invoke).
const (
	ConcurrentInvocationLimitExceeded         ThrottleReason = "ConcurrentInvocationLimitExceeded"
	ReservedConcurrentInvocationLimitExceeded ThrottleReason = "ReservedFunctionConcurrentInvocationLimitExceeded"
	InvocationRateLimitExceeded               ThrottleReason = "FunctionInvocationRateLimitExceeded"
	ReservedInvocationRateLimitExceeded       ThrottleReason = "ReservedFunctionInvocationRateLimitExceeded"
)

// A ThrottleError says which limit refused an invocation.
type ThrottleError struct {
	Function string
	Reason   ThrottleReason
	Machine  bool // this machine, not AWS, ran out of sandboxes
}

func (e *ThrottleError) Error() string {
	if e.Machine {
		return fmt.Sprintf("invoke %s: this machine has no room for another sandbox", e.Function)
	}
	return fmt.Sprintf("invoke %s: %s", e.Function, e.Reason)
}

// Is reports whether target is ErrThrottled.
func (e *ThrottleError) Is(target error) bool { return target == ErrThrottled }

// ErrFunctionNotFound is matched, by errors.Is, by a NotFoundError.
var ErrFunctionNotFound = errors.New("function not found")

// A NotFoundError names the function that does not exist by its ARN.
type NotFoundError struct{ ARN string }

func (e *NotFoundError) Error() string { return "Function not found: " + e.ARN }

// Is reports whether target is ErrFunctionNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrFunctionNotFound }

// ErrInvalidContent is matched by a payload that is not JSON.
var ErrInvalidContent = errors.New("could not parse request body into json")

// ErrRequestTooLarge is matched by a payload over MaxRequestBytes, or over
// MaxEventBytes for an Event.
var ErrRequestTooLarge = errors.New("request too large")

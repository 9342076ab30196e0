package lambda

import (
	"errors"
	"fmt"
	"time"
)

// ErrThrottled is matched, by errors.Is, by every refusal because of
// concurrency or rate.
var ErrThrottled = errors.New("rate exceeded")

// A ThrottleReason is the Reason member of TooManyRequestsException.
type ThrottleReason string

// The reasons that the model gives (API_Invoke).
const (
	ConcurrentInvocationLimitExceeded         ThrottleReason = "ConcurrentInvocationLimitExceeded"
	ReservedConcurrentInvocationLimitExceeded ThrottleReason = "ReservedFunctionConcurrentInvocationLimitExceeded"
	InvocationRateLimitExceeded               ThrottleReason = "FunctionInvocationRateLimitExceeded"
	ReservedInvocationRateLimitExceeded       ThrottleReason = "ReservedFunctionInvocationRateLimitExceeded"
)

// A ThrottleError says which limit refused an invocation.
type ThrottleError struct {
	Function   string
	Limit      Limit          // empty if Machine
	Reason     ThrottleReason // empty if Machine
	RetryAfter time.Duration  // until a rate admits the next one; 0: unknown
	Machine    bool           // this machine, not AWS, ran out of sandboxes
}

func (e *ThrottleError) Error() string {
	if e.Machine {
		return fmt.Sprintf("invoke %s: this machine has no room for another sandbox", e.Function)
	}
	return fmt.Sprintf("invoke %s: %s (%s)", e.Function, e.Reason, e.Limit)
}

// Is reports whether target is ErrThrottled.
func (e *ThrottleError) Is(target error) bool { return target == ErrThrottled }

// ErrFunctionNotFound is matched, by errors.Is, by every NotFoundError.
var ErrFunctionNotFound = errors.New("function not found")

// A NotFoundError gives the ARN of the function that does not exist.
type NotFoundError struct{ ARN string }

func (e *NotFoundError) Error() string { return "Function not found: " + e.ARN }

// Is reports whether target is ErrFunctionNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrFunctionNotFound }

// ErrRecursive refuses an invocation by a chain of requests that has come back to the
// function too often (see [Lineage.Pass]).
var ErrRecursive = errors.New("the function is invoked in a recursive loop")

// ErrInvalidContent is matched by the error for a payload that is not JSON, and
// for a client context that is not base64 of JSON.
var ErrInvalidContent = errors.New("could not parse request body into json")

// ErrRequestTooLarge is matched by the error for a payload above
// MaxRequestBytes, or above MaxEventBytes for an Event, and for a client
// context above MaxClientContext.
var ErrRequestTooLarge = errors.New("request too large")

// A ReservationError refuses a reservation that leaves the account's other
// functions too little. Its text is AWS's.
type ReservationError struct {
	Function string
	Minimum  int // concurrency that must stay unreserved
}

func (e *ReservationError) Error() string {
	return fmt.Sprintf("Specified ReservedConcurrentExecutions for function decreases account's "+
		"UnreservedConcurrentExecution below its minimum value of [%d].", e.Minimum)
}

package dynamo

import (
	"errors"

	"lullaby/capacity"
)

// Sentinels for errors.Is: one for each kind of refusal.
var (
	ErrValidation       = errors.New("validation failed")
	ErrResourceNotFound = errors.New("resource not found")
	ErrResourceInUse    = errors.New("resource in use")
	ErrThrottled        = errors.New("throughput exceeded")
)

// A ValidationError says, in AWS's words, what is wrong with a request.
type ValidationError struct{ Message string }

func (e *ValidationError) Error() string { return e.Message }

// Is reports whether target is ErrValidation.
func (e *ValidationError) Is(target error) bool { return target == ErrValidation }

// A NotFoundError is the answer for a table that is not there, or not yet.
type NotFoundError struct{ Message string }

func (e *NotFoundError) Error() string { return e.Message }

// Is reports whether target is ErrResourceNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrResourceNotFound }

// An InUseError is the answer for a table that is there already, or changing.
type InUseError struct{ Message string }

func (e *InUseError) Error() string { return e.Message }

// Is reports whether target is ErrResourceInUse.
func (e *InUseError) Is(target error) bool { return target == ErrResourceInUse }

// A ThrottleError says which limit of which resource refused a request, which
// then had no effect.
type ThrottleError struct {
	ResourceARN string
	Verdict     capacity.Verdict
}

func (e *ThrottleError) Error() string { return "throughput exceeded: " + e.ResourceARN }

// Is reports whether target is ErrThrottled.
func (e *ThrottleError) Is(target error) bool { return target == ErrThrottled }

// invalid wraps what attribute says of a value.
func invalid(err error) error { return &ValidationError{err.Error()} }

// unsupported refuses a parameter that changes what an operation means and
// that this engine does not honour, rather than pass over it.
func unsupported(parameter string) error {
	return &ValidationError{"One or more parameter values were invalid: Lullaby does not support " + parameter + " yet"}
}

package dynamo

import (
	"errors"
	"fmt"
	"strings"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/storage"
)

// Sentinels for errors.Is: one for each kind of refusal.
var (
	ErrValidation       = errors.New("validation failed")
	ErrResourceNotFound = errors.New("resource not found")
	ErrResourceInUse    = errors.New("resource in use")
	ErrThrottled        = errors.New("throughput exceeded")
	ErrCondition        = errors.New("condition failed")
	ErrConflict         = errors.New("transaction conflict")
	ErrCanceled         = errors.New("transaction canceled")
	ErrInProgress       = errors.New("transaction in progress")
	ErrMismatch         = errors.New("token of another request")
	ErrTrimmed          = errors.New("record trimmed")
	ErrExpiredIterator  = errors.New("iterator expired")
	ErrLimitExceeded    = errors.New("limit exceeded")
	ErrCooldown         = errors.New("changed a moment ago")
	ErrTableNotFound    = errors.New("table not found")
	ErrAccessDenied     = errors.New("access denied")
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

// A TableNotFoundError is what operations on backups answer for a table that is
// not there.
type TableNotFoundError struct{ TableName string }

func (e *TableNotFoundError) Error() string { return "Table not found: " + e.TableName }

// Is reports whether target is ErrTableNotFound.
func (e *TableNotFoundError) Is(target error) bool { return target == ErrTableNotFound }

// An InUseError is the answer for a table that is there already, or changing.
type InUseError struct{ Message string }

func (e *InUseError) Error() string { return e.Message }

// Is reports whether target is ErrResourceInUse.
func (e *InUseError) Is(target error) bool { return target == ErrResourceInUse }

// A LimitError is the answer to a change of a table that a quota does not allow.
type LimitError struct{ Message string }

func (e *LimitError) Error() string { return e.Message }

// Is reports whether target is ErrLimitExceeded.
func (e *LimitError) Is(target error) bool { return target == ErrLimitExceeded }

// overLimit refuses what a quota does not allow.
func overLimit(format string, args ...any) error {
	return &LimitError{"Subscriber limit exceeded: " + fmt.Sprintf(format, args...)}
}

// A CooldownError is the answer to a change of what has only just been changed.
type CooldownError struct{ Message string }

func (e *CooldownError) Error() string { return e.Message }

// Is reports whether target is ErrCooldown.
func (e *CooldownError) Is(target error) bool { return target == ErrCooldown }

// inUse refuses a change of what is changing already.
func inUse(format string, args ...any) error {
	return &InUseError{"Attempt to change a resource which is still in use: " + fmt.Sprintf(format, args...)}
}

// An AccessDeniedError is the answer to a request for what is no resource of
// the account.
type AccessDeniedError struct{ Message string }

func (e *AccessDeniedError) Error() string { return e.Message }

// Is reports whether target is ErrAccessDenied.
func (e *AccessDeniedError) Is(target error) bool { return target == ErrAccessDenied }

// A ThrottleError says which limit of which resource refused a request, which
// then had no effect.
type ThrottleError struct {
	Verdict capacity.Verdict
	Request RequestKind
}

// A RequestKind is what kind of request was refused, for the exceptions differ.
type RequestKind uint8

// The kinds. A batch is refused only if all of it is.
const (
	Scalar RequestKind = iota
	Batch
	Transaction
)

// throttled returns err, and if it is a refusal, says of what kind of request.
func throttled(err error, kind RequestKind) error {
	if refused, ok := errors.AsType[*ThrottleError](err); ok {
		refused.Request = kind
	}
	return err
}

// TableName returns the name of the table that refused, or whose index did.
func (e *ThrottleError) TableName() string {
	name, _, _ := strings.Cut(bareName(e.Verdict.Resource.Name), "/")
	return name
}

func (e *ThrottleError) Error() string { return "throughput exceeded: " + e.Verdict.Resource.Name }

// Is reports whether target is ErrThrottled.
func (e *ThrottleError) Is(target error) bool { return target == ErrThrottled }

// A ConditionError is the answer to a write whose condition does not hold.
type ConditionError struct{ Item attribute.Item } // what was found, if it was asked for and there

func (e *ConditionError) Error() string { return "The conditional request failed" }

// Is reports whether target is ErrCondition.
func (e *ConditionError) Is(target error) bool { return target == ErrCondition }

// A ConflictError is the answer to a write of an item that a transaction has
// in hand.
type ConflictError struct{}

func (e *ConflictError) Error() string { return "Transaction is ongoing for the item" }

// Is reports whether target is ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// A CanceledError is the answer to a transaction that had no effect. Reasons
// has an error for each action that is to blame, and nil for the others.
type CanceledError struct{ Reasons []error }

func (e *CanceledError) Error() string { return "transaction canceled" }

// Is reports whether target is ErrCanceled.
func (e *CanceledError) Is(target error) bool { return target == ErrCanceled }

// An InProgressError is the answer to a transaction whose token is that of one
// that is under way. Assumed: the text.
type InProgressError struct{}

func (e *InProgressError) Error() string {
	return "A transaction with the provided client request token is already in progress"
}

// Is reports whether target is ErrInProgress.
func (e *InProgressError) Is(target error) bool { return target == ErrInProgress }

// A MismatchError is the answer to a transaction whose token came with another
// request before. Assumed: the text.
type MismatchError struct{}

func (e *MismatchError) Error() string {
	return "Parameters in the request are different from the ones used with the same client request token before"
}

// Is reports whether target is ErrMismatch.
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch }

// A TrimmedError is the answer to who reads a stream further back than it goes.
type TrimmedError struct{}

func (e *TrimmedError) Error() string {
	return "The operation attempted to read past the oldest stream record in a shard."
}

// Is reports whether target is ErrTrimmed.
func (e *TrimmedError) Is(target error) bool { return target == ErrTrimmed }

// An ExpiredIteratorError is the answer to an iterator of a stream that is too
// old to be used.
type ExpiredIteratorError struct{}

func (e *ExpiredIteratorError) Error() string {
	return "The shard iterator has expired and can no longer be used to retrieve stream records."
}

// Is reports whether target is ErrExpiredIterator.
func (e *ExpiredIteratorError) Is(target error) bool { return target == ErrExpiredIterator }

// closing ends a batch that is not committed and returns err.
func closing(b *storage.Batch, err error) error { return errors.Join(err, b.Close()) }

// invalid wraps what attribute says of a value.
func invalid(err error) error { return &ValidationError{err.Error()} }

package dynamo

import (
	"errors"
	"strings"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/storage"
)

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
	name, _, _ := strings.Cut(request.BareName(e.Verdict.Resource.Name), "/")
	return name
}

func (e *ThrottleError) Error() string { return "throughput exceeded: " + e.Verdict.Resource.Name }

// Unwrap returns refusal.Throttled.
func (e *ThrottleError) Unwrap() error { return refusal.Throttled }

// A ConditionError refuses a write whose condition does not hold.
type ConditionError struct{ Item attribute.Item } // what was found, if it was asked for and there

func (e *ConditionError) Error() string { return refusal.Condition.Error() }

// Unwrap returns refusal.Condition.
func (e *ConditionError) Unwrap() error { return refusal.Condition }

// A CanceledError refuses a transaction, which then had no effect. Reasons has
// an error for each action that is to blame, and nil for the others.
type CanceledError struct{ Reasons []error }

func (e *CanceledError) Error() string { return refusal.Canceled.Error() }

// Unwrap returns refusal.Canceled.
func (e *CanceledError) Unwrap() error { return refusal.Canceled }

// closing ends a batch that is not committed and returns err.
func closing(b *storage.Batch, err error) error { return errors.Join(err, b.Close()) }

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

// A ThrottleError reports which limit of which table or index refused a request.
// The request had no effect.
type ThrottleError struct {
	Verdict capacity.Verdict
	Request RequestKind
}

// A RequestKind is the kind of a throttled request, on which the exception of AWS
// depends.
type RequestKind uint8

// The kinds of throttled requests. A batch is throttled only if all of it is.
const (
	Scalar RequestKind = iota
	Batch
	Transaction
)

// throttled sets the kind of request of a *ThrottleError, and returns err.
func throttled(err error, kind RequestKind) error {
	if refused, ok := errors.AsType[*ThrottleError](err); ok {
		refused.Request = kind
	}
	return err
}

// TableName returns the name of the table that refused, or of the table of the
// index that did.
func (e *ThrottleError) TableName() string {
	name, _, _ := strings.Cut(request.BareName(e.Verdict.Resource.Name), "/")
	return name
}

func (e *ThrottleError) Error() string { return "throughput exceeded: " + e.Verdict.Resource.Name }

// Unwrap returns refusal.Throttled.
func (e *ThrottleError) Unwrap() error { return refusal.Throttled }

// A ConditionError reports a write whose condition does not hold. The write had
// no effect.
type ConditionError struct{ Item attribute.Encoded } // the item found; nil if there was none, or the request does not want it

func (e *ConditionError) Error() string { return refusal.Condition.Error() }

// Unwrap returns refusal.Condition.
func (e *ConditionError) Unwrap() error { return refusal.Condition }

// A CanceledError reports a transaction that was canceled and had no effect.
// Reasons has one element for each action, nil if the action is not a cause.
type CanceledError struct{ Reasons []error }

func (e *CanceledError) Error() string { return refusal.Canceled.Error() }

// Unwrap returns refusal.Canceled.
func (e *CanceledError) Unwrap() error { return refusal.Canceled }

// unlogged reports whether nobody has logged an error of background work yet:
// storage logs those of the disk.
func unlogged(err error) bool {
	_, logged := errors.AsType[*storage.DiskError](err)
	return !logged
}

// closing closes a batch without committing it, and returns err joined with the
// error of closing.
func closing(b *storage.Batch, err error) error { return errors.Join(err, b.Close()) }

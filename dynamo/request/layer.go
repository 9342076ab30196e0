package request

import (
	"errors"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// A layer is one generation of DynamoDB's checks. It decides how an operation words
// what it refuses of values, expressions and combinations of parameters
// (docs/aws/messages.md#layers).
type layer struct {
	values  attribute.Wording
	preface string                      // before every refusal but those of violations
	check   func(attribute.Value) error // refuses the value of an expression
}

// The layers. An operation has one, except that PutItem, UpdateItem and DeleteItem
// fall back to the older one.
var (
	writeLayer       = &layer{attribute.Newer, oneDetected, attribute.Value.Err}
	readLayer        = &layer{attribute.Newer, "", attribute.Value.Err}
	olderLayer       = &layer{attribute.Older, "", attribute.Value.Err}
	transactionLayer = &layer{attribute.Older, "", attribute.Value.ErrInTransaction}
)

const oneDetected = "1 validation error detected: "

// word returns the refusal.Validation of an error of a check; nil stays nil.
func (l *layer) word(err error) error {
	if err == nil || errors.Is(err, errItemSize) {
		return err
	}
	text := err.Error()
	if worded, ok := errors.AsType[interface {
		error
		In(attribute.Wording) string
	}](err); ok {
		text = worded.In(l.values)
	}
	return refusal.Invalid(l.preface + text)
}

// A valueError is a refusal by attribute or expr whose layer is not chosen yet.
type valueError struct{ error }

// Unwrap returns the refusal and its kind.
func (e *valueError) Unwrap() []error { return []error{refusal.Validation, e.error} }

// invalid makes a refusal.Validation of an error of attribute or expr; nil stays
// nil.
func invalid(err error) error {
	if err == nil {
		return nil
	}
	return &valueError{err}
}

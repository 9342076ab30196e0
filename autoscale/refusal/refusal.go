// Package refusal has the kinds of Application Auto Scaling's refusals, and an error
// of a kind and a text. Packages autoscale, request and store return them; package
// wire maps a kind to an exception and a status.
//
// The package is internal to this program: any commit may change its interface.
//
//nolint:errname // kinds are read with their package: refusal.LimitExceeded
package refusal

import "fmt"

// A Kind is the reason of a refusal. errors.Is and errors.AsType find it in every
// refusal.
type Kind uint8

// The kinds of refusal. The zero Kind is none of them.
const (
	Validation Kind = iota + 1
	LimitExceeded
	ObjectNotFound   // a target, a policy or a scheduled action
	ResourceNotFound // of operations on tags
	TooManyTags
	InvalidNextToken

	end // no Kind: all are smaller
)

// codes are the names of AWS's exceptions (docs/aws/autoscaling.md#refusals).
var codes = [end]string{
	Validation:       "ValidationException",
	LimitExceeded:    "LimitExceededException",
	ObjectNotFound:   "ObjectNotFoundException",
	ResourceNotFound: "ResourceNotFoundException",
	TooManyTags:      "TooManyTagsException",
	InvalidNextToken: "InvalidNextTokenException",
}

// Code returns the name of the exception.
func (k Kind) Code() string { return codes[k] }

func (k Kind) Error() string { return codes[k] }

// An Error is a refusal.
type Error struct {
	Kind    Kind
	Message string // in AWS's words
	// ResourceName is the ARN that a refusal of an operation on tags names.
	ResourceName string
}

// Newf returns a refusal, with a format as fmt.Sprintf has it.
func Newf(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Invalid returns a refusal of the kind Validation.
func Invalid(format string, args ...any) error { return Newf(Validation, format, args...) }

func (e *Error) Error() string { return e.Message }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// All returns every kind.
func All() []Kind {
	all := make([]Kind, 0, end)
	for k := Kind(1); k < end; k++ {
		all = append(all, k)
	}
	return all
}

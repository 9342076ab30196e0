// Package refusal has the kinds of Application Auto Scaling's refusals, and an error
// of a kind and a text. Packages autoscale, request and store return them; package
// wire maps a kind to an exception and a status.
//
// The package is internal to this program: any commit may change its interface.
//
//nolint:errname // kinds are read with their package: refusal.LimitExceeded
package refusal

import (
	"fmt"

	"lullaby/internal/kinds"
)

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
	kinds.Refusal[Kind]

	// ResourceName is the ARN that a refusal of an operation on tags names.
	ResourceName string
}

// Newf returns a refusal, with a format as fmt.Sprintf has it.
func Newf(kind Kind, format string, args ...any) error {
	return &Error{Refusal: kinds.Refusal[Kind]{Kind: kind, Message: fmt.Sprintf(format, args...)}}
}

// OfTags returns a refusal of an operation on the tags of what the ARN names.
func OfTags(kind Kind, arn, message string) error {
	return &Error{kinds.Refusal[Kind]{Kind: kind, Message: message}, arn}
}

// Invalid returns a refusal of the kind Validation.
func Invalid(format string, args ...any) error { return Newf(Validation, format, args...) }

// All returns every kind.
func All() []Kind { return kinds.All(end) }

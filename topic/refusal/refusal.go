// Package refusal has the kinds of SNS's refusals, and an error of a kind and a text.
// Packages topic, request and store return them; package wire maps a kind to an
// exception and a status.
//
// The package is internal to this program: any commit may change its interface.
//
//nolint:errname // kinds are read with their package: refusal.NotFound
package refusal

import "lullaby/internal/kinds"

// A Kind is the reason of a refusal. errors.Is and errors.AsType find it in every
// refusal.
type Kind uint8

// The kinds of refusal. The zero Kind is none of them. Their names are those of
// AWS's exceptions.
const (
	InvalidParameter      Kind = iota + 1
	InvalidParameterValue      // of an attribute of a message
	NotFound                   // a topic or a subscription
	ResourceNotFound           // what tags are for
	AuthorizationError         // what belongs to another account, or needs a signature
	TopicLimitExceeded
	SubscriptionLimitExceeded
	TagLimitExceeded

	end // no Kind: all are smaller
)

// codes are the codes of the query protocol (docs/aws/sns.md#refusals).
var codes = [end]string{
	InvalidParameter:          "InvalidParameter",
	InvalidParameterValue:     "ParameterValueInvalid",
	NotFound:                  "NotFound",
	ResourceNotFound:          "ResourceNotFound",
	AuthorizationError:        "AuthorizationError",
	TopicLimitExceeded:        "TopicLimitExceeded",
	SubscriptionLimitExceeded: "SubscriptionLimitExceeded",
	TagLimitExceeded:          "TagLimitExceeded",
}

// Code returns the code of the query protocol.
func (k Kind) Code() string { return codes[k] }

func (k Kind) Error() string { return codes[k] }

// An Error is a refusal.
type Error = kinds.Refusal[Kind]

// New returns a refusal.
func New(kind Kind, message string) error { return kinds.New(kind, message) }

// Newf is New with a format, as fmt.Sprintf has it.
func Newf(kind Kind, format string, args ...any) error {
	return kinds.Newf(kind, format, args...)
}

// Invalid returns a refusal of the kind InvalidParameter, whose message is AWS's usual
// preface and what is wrong: often only the name of a parameter.
func Invalid(what string) error { return New(InvalidParameter, "Invalid parameter: "+what) }

// Missing returns a refusal of a parameter that is not there.
func Missing(parameter string) error {
	return Invalid(parameter + " Reason: no value for required parameter")
}

// Unbuilt returns a refusal of what AWS has and Lullaby lacks: a member, an attribute or
// a value of an operation.
func Unbuilt(what, operation string) error {
	return Invalid(what + " is a part of " + operation + " that Lullaby does not have")
}

// All returns every kind.
func All() []Kind { return kinds.All(end) }

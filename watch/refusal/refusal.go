// Package refusal has the kinds of CloudWatch's refusals, and an error of a kind and a
// text. Packages request and store return them; package wire maps a kind to an
// exception and a status.
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
	Validation Kind = iota + 1 // of operations on alarms, and GetMetricData
	InvalidParameterValue
	InvalidParameterCombination
	MissingParameter
	InvalidFormat
	InvalidNextToken
	LimitExceeded
	AlarmNotFound
	ResourceNotFound // of operations on tags
	DashboardInvalid
	DashboardNotFound

	end // no Kind: all are smaller
)

// codes are the codes of the query protocol (docs/aws/cloudwatch.md#refusals).
var codes = [end]string{
	Validation:                  "ValidationError",
	InvalidParameterValue:       "InvalidParameterValue",
	InvalidParameterCombination: "InvalidParameterCombination",
	MissingParameter:            "MissingParameter",
	InvalidFormat:               "InvalidFormat",
	InvalidNextToken:            "InvalidNextToken",
	LimitExceeded:               "LimitExceeded",
	AlarmNotFound:               "ResourceNotFound",
	ResourceNotFound:            "ResourceNotFoundException",
	DashboardInvalid:            "InvalidParameterInput",
	DashboardNotFound:           "ResourceNotFound",
}

// Code returns the code of the query protocol.
func (k Kind) Code() string { return codes[k] }

func (k Kind) Error() string { return codes[k] }

// An Error is a refusal.
type Error struct {
	kinds.Refusal[Kind]

	Lacks string // what AWS would accept and Lullaby does not have; empty: AWS refuses too
}

// Newf returns a refusal, with a format as fmt.Sprintf has it.
func Newf(kind Kind, format string, args ...any) error {
	return &Error{Refusal: kinds.Refusal[Kind]{Kind: kind, Message: fmt.Sprintf(format, args...)}}
}

// Lacking returns a refusal of what AWS would accept, for Lullaby does not have what.
func Lacking(kind Kind, what, format string, args ...any) error {
	return &Error{Refusal: kinds.Refusal[Kind]{Kind: kind, Message: fmt.Sprintf(format, args...)}, Lacks: what}
}

// Missing returns a refusal of the kind MissingParameter.
func Missing(parameter string) error {
	return Newf(MissingParameter, "The parameter %s is required.", parameter)
}

// All returns every kind.
func All() []Kind { return kinds.All(end) }

// Package refusal has the kinds of DynamoDB's refusals, and an error of a kind and
// a text. Packages dynamo, plan, request and stream return them; package wire maps
// a kind to an exception and a status.
//
// The package is internal to this program: any commit may change its interface.
//
//nolint:errname // kinds are read with their package: refusal.NotFound
package refusal

import (
	"fmt"

	"lullaby/internal/ellipsis"
	"lullaby/internal/kinds"
)

// A Kind is the reason of a refusal. errors.Is and errors.AsType find it in every
// refusal. It is also an error by itself, for kinds with one fixed text.
type Kind uint8

// The kinds of refusal. The zero Kind is none of them.
const (
	Validation    Kind = iota + 1
	NotFound           // a table, an index or a stream that does not exist, or not yet
	TableNotFound      // a table that does not exist, for operations on backups
	InUse              // a table that already exists, or is changing
	LimitExceeded      // a quota of the account or the table
	Cooldown           // a setting that was changed too recently
	AccessDenied       // a resource of another account
	Throttled          // not enough capacity
	Condition          // a condition that does not hold
	Canceled           // a transaction that had no effect

	// Kinds with one fixed text.

	Conflict        // an item that a transaction is writing
	InProgress      // a token whose transaction is in progress
	Mismatch        // a token that an earlier, different request used
	Trimmed         // a read before the oldest record of a shard
	ExpiredIterator // a shard iterator that is too old

	end // no Kind: all are smaller
)

// texts are the texts of kinds as errors. Those from Conflict on are AWS's.
// Assumed: InProgress and Mismatch.
var texts = [end]string{
	Validation:      "validation failed",
	NotFound:        "resource not found",
	TableNotFound:   "table not found",
	InUse:           "resource in use",
	LimitExceeded:   "limit exceeded",
	Cooldown:        "changed a moment ago",
	AccessDenied:    "access denied",
	Throttled:       "throughput exceeded",
	Condition:       "The conditional request failed",
	Canceled:        "transaction canceled",
	Conflict:        "Transaction is ongoing for the item",
	InProgress:      "A transaction with the provided client request token is already in progress",
	Mismatch:        "Parameters in the request are different from the ones used with the same client request token before",
	Trimmed:         "The operation attempted to read past the oldest stream record in a shard.",
	ExpiredIterator: "The shard iterator has expired and can no longer be used to retrieve stream records.",
}

func (k Kind) Error() string { return texts[k] }

// An Error is a refusal with a text of its own. Refusals with details are types
// of the packages that return them; they also unwrap to their Kind.
type Error = kinds.Refusal[Kind]

// New returns a refusal. It cuts a message beyond ellipsis.MaxMessage.
func New(kind Kind, message string) error {
	return kinds.New(kind, ellipsis.Cut(message, ellipsis.MaxMessage))
}

// Invalid returns a refusal of the kind Validation.
func Invalid(message string) error { return New(Validation, message) }

// InvalidValues returns a refusal of the kind Validation, whose message is AWS's
// usual preface and the text.
func InvalidValues(text string, args ...any) error {
	return Invalid("One or more parameter values were invalid: " + fmt.Sprintf(text, args...))
}

// StillInUse returns a refusal of the kind InUse, whose message is AWS's usual
// preface and the text.
func StillInUse(text string, args ...any) error {
	return New(InUse, "Attempt to change a resource which is still in use: "+fmt.Sprintf(text, args...))
}

// OverLimit returns a refusal of the kind LimitExceeded, whose message is AWS's
// usual preface and the text.
func OverLimit(text string, args ...any) error {
	return New(LimitExceeded, "Subscriber limit exceeded: "+fmt.Sprintf(text, args...))
}

// All returns every kind.
func All() []Kind { return kinds.All(end) }

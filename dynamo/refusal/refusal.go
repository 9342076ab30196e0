// Package refusal has the kinds of DynamoDB's refusals and the error that is
// made of a kind and a text. It lies below the packages that refuse, so that
// all of them refuse in one way; which exception and status a kind becomes is
// for package wire.
//
// A package of this program alone: it may change with any commit.
//
//nolint:errname // kinds are read with their package: refusal.NotFound
package refusal

import "fmt"

// A Kind is why a request is refused. It is what errors.Is and errors.AsType
// find in a refusal, and it is an error itself: the whole refusal if AWS always
// says the same of that kind.
type Kind uint8

// The kinds of refusal. The zero Kind is none of them.
const (
	Validation    Kind = iota + 1
	NotFound           // a table, an index or a stream that is not there, or not yet
	TableNotFound      // the same, said by the operations on backups
	InUse              // a table that is there already, or changing
	LimitExceeded      // a quota of the account or the table
	Cooldown           // what has only just been changed
	AccessDenied       // a resource that is not the account's
	Throttled          // want of capacity
	Condition          // a condition that does not hold
	Canceled           // a transaction that had no effect

	// Kinds with one text each.

	Conflict        // an item that a transaction has in hand
	InProgress      // a token whose transaction is under way
	Mismatch        // a token that came with another request before
	Trimmed         // a read before the oldest record of a shard
	ExpiredIterator // a shard iterator that is too old

	end // no Kind: all are smaller
)

// texts are what errors say that have no text of their own. Those from Conflict
// on are AWS's. Assumed: of InProgress and Mismatch.
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

// An Error is a refusal with a text of its own. Refusals that carry facts too
// are types of the packages that refuse; they unwrap to their Kind as it does.
type Error struct {
	Kind    Kind
	Message string // in AWS's words
}

// New returns a refusal.
func New(kind Kind, message string) error { return &Error{kind, message} }

// Invalid refuses a request for what it says.
func Invalid(message string) error { return New(Validation, message) }

// InvalidValues refuses a request for the values of its parameters: the message
// is AWS's usual beginning and the text.
func InvalidValues(text string, args ...any) error {
	return Invalid("One or more parameter values were invalid: " + fmt.Sprintf(text, args...))
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// StillInUse refuses a change of what is changing already: the message is AWS's
// usual beginning and the text.
func StillInUse(text string, args ...any) error {
	return New(InUse, "Attempt to change a resource which is still in use: "+fmt.Sprintf(text, args...))
}

// OverLimit refuses what a quota does not allow: the message is AWS's usual
// beginning and the text.
func OverLimit(text string, args ...any) error {
	return New(LimitExceeded, "Subscriber limit exceeded: "+fmt.Sprintf(text, args...))
}

// All returns every kind.
func All() []Kind {
	all := make([]Kind, 0, end)
	for k := range end {
		if k != 0 {
			all = append(all, k)
		}
	}
	return all
}

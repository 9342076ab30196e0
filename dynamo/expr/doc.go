// Package expr is DynamoDB's expression language: conditions (also as filters
// and key conditions), projections and updates.
//
// A parser refuses what the service refuses, in its words; of several faults it
// reports the one that the service reports (docs/aws/messages.md#validation, and
// users' reports). A parsed expression is immutable and may be applied to items
// concurrently.
package expr

// An Error is the service's text for an expression that it refuses, or for an
// update that cannot be applied to an item.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// Package expr is DynamoDB's expression language: conditions (also as filters
// and key conditions), projections and updates.
//
// Parsing reports what the service reports, of several faults the one that the
// service names; the texts and their order are those that architect/dynalite
// and users' reports captured. What is parsed is immutable and may be applied
// to items concurrently.
package expr

// An Error says, in the service's words, what is wrong with an expression, or
// why an update cannot be applied to an item.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

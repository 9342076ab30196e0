// Package capacity is the arithmetic of DynamoDB's throughput: what a request
// costs, what a table can serve, and which limit refuses a request.
//
// It is a model. The caller passes each decision its instant, and all
// arithmetic is in integers, so that the live server and a rehearsal agree to
// the unit on every machine. No type is safe for concurrent use; the caller
// locks.
//
// Limits will be added; existing names stay.
package capacity

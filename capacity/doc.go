// Package capacity is the arithmetic of DynamoDB's throughput: what a request
// costs, what a table has to give, and which limit refuses it.
//
// It is a model: every decision is handed the instant at which it is made, and
// computes in integers, so that the live server and a rehearsal agree to the
// unit on every machine. Nothing in it is safe for concurrent use; whoever
// holds a value locks it.
//
// The package grows with the limits that it knows; names that exist stay.
package capacity

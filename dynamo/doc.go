// Package dynamo is DynamoDB on one machine: tables on storage, every request
// checked in AWS's order, charged and admitted by capacity.
//
// One operation is one file here, and one in package request. That one has its
// input and the checks that need no table; this one has its output, as the wire
// names it, and the execution. The methods of an Engine are the operations; they
// are safe for concurrent use, and their errors are kinds of package refusal and
// the types of errors.go.
//
// A package of this program alone: it may change with any commit.
package dynamo

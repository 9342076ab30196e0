// Package dynamo is DynamoDB on one machine: tables on storage, every request
// checked in AWS's order, charged and admitted by capacity.
//
// One operation is one file: its input and output as the wire names them, the
// checks that need no table (validate), and the execution. The methods of an
// Engine are the operations; they are safe for concurrent use, and their errors
// are the types of errors.go.
//
// A package of this program alone: it may change with any commit.
package dynamo

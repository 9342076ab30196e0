// Package request has the inputs of DynamoDB's operations and the checks that
// need no table. The Check of an input reports the first error in AWS's order and
// AWS's words, or returns the parsed expressions. Package dynamo checks the rest
// and performs the operations.
//
// Types and members have AWS's names. A nil member was not given. An input must
// not change after its Check. It has no lock and belongs to one goroutine; the
// results of Check are safe for concurrent use.
//
// The package is internal to this program: any commit may change its interface.
package request

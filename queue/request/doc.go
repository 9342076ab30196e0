// Package request has the inputs of SQS's operations and the checks that need no
// queue, the settings of a queue, and the digests of messages. The Check of an
// input reports the first error in AWS's order and AWS's words; where it depends on
// the settings of the queue, CheckFor does, once the queue is found.
//
// Types and members have AWS's names. A nil member was not given, and neither was
// an empty text: SQS takes it for missing. The tag "query" has
// a member's names in the query protocol: that of the elements of a flattened list,
// or that of the entries of a flattened map, of their keys and of their values
// (docs/aws/sqs.md#query-names). An input must not change after its Check. It has no
// lock and belongs to one goroutine.
//
// The package is internal to this program: any commit may change its interface.
package request

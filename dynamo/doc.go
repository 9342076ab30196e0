// Package dynamo serves DynamoDB from one local store. It checks each request in
// AWS's order, charges it to the capacity of its tables, and reads or writes
// items in storage.
//
// An operation has one file here and one in package request. That package has its
// input and the checks that need no table. This package has its output, in the
// shape of the wire, and its execution. Operations are methods of Engine and safe
// for concurrent use. Their errors match a refusal.Kind; ThrottleError,
// ConditionError and CanceledError carry details. Any other error is a failure of
// storage.
//
// The package is internal to this program: any commit may change its interface.
package dynamo

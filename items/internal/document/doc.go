// Package document turns the JSON objects that callers store into DynamoDB's
// attribute values and back. A number keeps its digits both ways: no float
// comes between.
//
// What DynamoDB would refuse for its form is refused here, before a request is
// spent on it, and the refusal says where in the text the fault is. The bounds
// are those of the Developer Guide, "Constraints".
//
// The package is internal to the service and changes with it.
package document

// Package document converts the JSON objects that callers store to DynamoDB's
// attribute values and back. A number keeps its digits both ways; it is never a
// float.
//
// The package refuses a document that DynamoDB would refuse for its form, before
// a request is spent on it. The refusal says where in the text the fault is. The
// bounds are those of the Developer Guide, "Constraints".
//
// The package is internal to the service and changes with it.
package document

// Package wire is the AWS endpoint: one port that speaks the protocols of AWS's
// SDKs. A service is a set of operations, and what is its own whatever protocol
// a request comes in; a protocol finds the operation in a request, decodes its
// input and encodes its output; errors.go is the table from Go errors to AWS's
// answers. Inputs and outputs live with their services.
//
// It stands on fasthttp, since an empty net/http handler costs as much as the
// write that a PutItem is there for. Services and protocols do not know that:
// they get a request of ours and return a response of ours.
//
// A package of this program alone: it may change with any commit.
package wire

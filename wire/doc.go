// Package wire is the AWS endpoint: one port that speaks the protocols of AWS's
// SDKs. A service is a set of operations with what it has in common for all
// protocols. A protocol finds the operation in a request, decodes its input and
// encodes its output. errors.go is the table from Go errors to AWS's answers.
// Inputs and outputs are in the packages of their services.
//
// The server is fasthttp, since an empty net/http handler costs as much as the
// write of a PutItem. Services and protocols do not use fasthttp: they get a
// request and return a response.
//
// The package is internal to the program; its interface may change with any
// commit.
package wire

// Package wire is the AWS endpoint: one port that speaks the protocols of AWS's
// SDKs. It maps a request to a method of the service that it is for, and a Go
// error to AWS's answer; inputs and outputs live with their services.
//
// It stands on fasthttp, since an empty net/http handler costs as much as the
// write that a PutItem is there for. Handlers do not know that: they get a
// request of ours and return a response of ours.
//
// A package of this program alone: it may change with any commit.
package wire

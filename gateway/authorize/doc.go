// Package authorize is the model of API Gateway's authorizers: what of a request
// identifies its caller, what the answer of an authorizer's function means, how
// long it is kept, and what the claims of a token must say. It invokes nothing
// and checks no signature: package gateway/guard does, and asks here.
//
// Its types are not safe for concurrent use; the caller locks.
//
// Comments cite the API Gateway Developer Guide ("the guide", by titles of
// pages). Where there is no source, they say "Assumed:".
//
// The package is internal to the program; its interface may change with any
// commit.
package authorize

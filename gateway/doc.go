// Package gateway is the model of API Gateway: how many requests may come, how
// long an integration may take, how large a request may be, and the answer to a
// refused one. Package gateway/rest serves a REST API by it; a rehearsal asks
// it in virtual time.
//
// Its types are not safe for concurrent use; the caller locks. A [Meter] says
// when it is.
//
// Comments cite the API Gateway Developer Guide ("the guide", by titles of
// pages), "facts" (api-gateway.md, by its sections) and reports of users. Where
// there is no source, they say "Assumed:".
//
// The package is internal to the program; its interface may change with any
// commit.
package gateway

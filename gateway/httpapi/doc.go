// Package httpapi has two edges on net/http that share the event of format 2.0: an
// API Gateway HTTP API (v2) in front of Lambda proxy integrations, an [API], and a
// function URL, a [URL]. Each finds the function of a request, writes its event,
// invokes the function and turns its result into the answer. What AWS refuses
// itself, they refuse with the same status and body.
//
// An [API] answers at the root of its address, without the stage, as a REST API
// does here; the stage is in rawPath. Between requests it keeps only throttles, of
// which all APIs of an account and region share one. The limits and answers are in
// package gateway, what it shares with REST APIs in package gateway/edge.
//
// Comments cite sources as in package gateway.
//
// Differences from AWS:
//
//   - X-Forwarded-Proto and X-Forwarded-Port are the client's protocol and the port
//     that it named; behind AWS's listeners they are https and 443.
//   - Metrics of single routes are missing.
//
// The package is internal to the program; its interface may change with any
// commit.
package httpapi

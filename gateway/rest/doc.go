// Package rest is an API Gateway REST API (v1) in front of Lambda proxy
// integrations, on net/http: it routes a request, builds the proxy event of
// format 1.0, invokes the function and turns its result into the answer, and
// it refuses what API Gateway refuses, with its status, body and headers.
//
// An [API] answers at the root of its address, without the stage, as a custom
// domain name does on AWS; the stage is in requestContext.path. It holds
// nothing between requests but a [Throttle], which every API of an account and
// region shares. What decides is package gateway.
//
// Comments name their sources as that package does. The guide as archived on
// GitHub lacks the table of headers in "Important notes"; that one is the live
// page's.
//
// What differs from AWS:
//
//   - Header names travel in net/http's canonical form (X-Request-Id), both
//     ways. AWS keeps the case that the client and the function wrote.
//   - X-Forwarded-Proto and X-Forwarded-Port say what the client spoke and the
//     port it named; behind AWS's own listeners they are https and 443.
//   - Authorizers, API keys, usage plans, request validators, caching and
//     gateway responses of the user's own are not here.
//
// The package is internal to the program; its interface may change with any
// commit.
package rest

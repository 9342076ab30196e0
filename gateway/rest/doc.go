// Package rest is an API Gateway REST API (v1) in front of Lambda proxy
// integrations, HTTP endpoints and mocks, on net/http. It routes a request, looks
// at its API key, its throttles and its validation, builds the proxy event of
// format 1.0, invokes the function and turns its result into the answer. What
// API Gateway refuses, it refuses with the same status, body and headers, or as the
// API's gateway responses say.
//
// An [API] answers at the root of its address, without the stage, as a custom
// domain name does on AWS; the stage is in requestContext.path. Between
// requests it keeps only throttles: an [edge.Throttle], which all APIs of an account
// and region share, and those of its methods and of [Keys]. The limits are in package
// gateway.
//
// Comments cite sources as in package gateway. The guide as archived on GitHub
// lacks the table of headers in "Important notes"; that table is cited from the
// live page.
//
// Differences from AWS:
//
//   - Header names in answers are in net/http's canonical form (X-Request-Id). AWS
//     keeps the case that the function wrote.
//   - X-Forwarded-Proto and X-Forwarded-Port are the client's protocol and the port
//     that it named; behind AWS's listeners they are https and 443.
//   - Quotas of usage plans, caching, and templates with logic are missing.
//
// The package is internal to the program; its interface may change with any
// commit.
package rest

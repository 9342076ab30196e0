// Package edge is what the HTTP edges of API Gateway and of function URLs share:
// the server and its listener, the locked throttle, the reading of a request, the
// ids and the JSON of events, the invocation, and the members of a result.
// Packages gateway/rest and gateway/httpapi make APIs of it; what differs between
// them is theirs.
//
// Comments cite sources as in package gateway. The package is internal to the
// program; its interface may change with any commit.
package edge

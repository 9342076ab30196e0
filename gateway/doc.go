// Package gateway is API Gateway's side of a request: how many may come, how
// long an integration may take, how large a request may be, and what a client
// is told that is refused. The live server of a REST API is package
// gateway/rest; a rehearsal asks the same model in virtual time.
//
// What the package knows of AWS it has from the API Gateway Developer Guide
// ("the guide"; pages by their names), from the law book's facts ("facts",
// api-gateway.md by its sections) and from what users report. Where none of
// them speaks, a comment says "Assumed:".
//
// The package is internal to the program; its interface may change with any
// commit.
package gateway

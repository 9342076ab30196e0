// Package web is the live page of a running stack: one HTML page with its script and
// style, and the JSON that they ask for. A page shows what is going on and changes
// nothing, but for requests that a person sends to the API from it. It asks again
// every other second while it is in view; what nobody looks at costs nothing.
//
// Numbers are those of the services' own state at the instant, and of the same store
// from which CloudWatch's answers come. The page has no network but its own server.
// docs/security.md says which other pages may use it: none.
//
// The package is internal to the program; its interface may change with any commit.
package web

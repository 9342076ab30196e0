// Package posted reads what callers of POST /item send. Each template has its own
// function behind the route, and all of them take the same documents.
//
// The package is internal to the service and changes with it.
package posted

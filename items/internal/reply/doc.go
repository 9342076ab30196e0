// Package reply makes the answers of the service's functions. It has the only
// table from errors to HTTP statuses.
//
// The package is internal to the service and changes with it.
package reply

// Package reply makes the answers of the service's functions, and holds the
// only table from what can go wrong to an HTTP status.
//
// The package is internal to the service and changes with it.
package reply

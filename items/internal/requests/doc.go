// Package requests keeps the table of the requests to write: what became of each,
// and which request an Idempotency-Key stands for.
//
// A record ends by its attribute expires, in seconds since 1970. DynamoDB deletes
// it days after that (DynamoDB Developer Guide, "Using time to live (TTL) in
// DynamoDB"), so whoever reads a record compares.
//
// The package is internal to the service and changes with it.
package requests

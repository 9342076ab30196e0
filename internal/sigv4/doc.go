// Package sigv4 reads AWS's Signature Version 4 of a request and verifies it:
// in the Authorization header or in the query, made with one of a set of keys.
// What it refuses it refuses in AWS's words and order. The order, and most
// texts, are what architect/dynalite recorded of DynamoDB (its index.js).
//
// The package is internal: it may change whenever its users do.
package sigv4

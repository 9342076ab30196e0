// Package sigv4 verifies AWS's Signature Version 4 of a request, in the
// Authorization header or in the query, against a set of keys. It refuses in
// AWS's words and order. architect/dynalite recorded the order and most texts on
// DynamoDB (its index.js).
//
// The package is internal: it may change whenever its users do.
package sigv4

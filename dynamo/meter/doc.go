// Package meter has the metrics of AWS/DynamoDB: their names, and what a table
// and its global indexes are measured by. Metrics of whole requests, which
// depend on how they were answered, are named here and measured by package
// wire.
//
// The package is a model: an engine and a rehearsal measure alike. It is
// internal to the program; its interface may change with any commit.
package meter

// Package watch is CloudWatch's side of DynamoDB: the metrics by their names,
// and the datapoints that what happens to a table comes to.
//
// A [Meter] makes the datapoints of one table or global index and hands them to
// a [Recorder]. It is handed the instant, so that the live server and a
// rehearsal count alike.
//
// The package grows with what is done with datapoints; names that exist stay.
package watch

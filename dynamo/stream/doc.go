// Package stream has the rules of DynamoDB Streams for the log of one table:
// sequence numbers and which of them may still come, how long records are kept,
// where reads begin and end, and what a record shows of a change. It is handed
// instants, and holds no lock and no records: package dynamo locks, and keeps
// the records in its store.
//
// A log has one shard, which is closed when the stream is disabled. The order of
// a key's records, which is all that AWS promises, is that of its changes.
//
// A package of this program alone: it may change with any commit. The text of
// sequence numbers and iterators, and what dynamo stores of them, stay.
package stream

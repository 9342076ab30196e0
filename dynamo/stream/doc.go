// Package stream has the rules of DynamoDB Streams for the log of one table:
// sequence numbers and which of them are settled, the retention of records, the
// positions and bounds of reads, and the view of a change. It receives instants,
// and has no lock and no records: package dynamo locks, and stores the records.
//
// A log has one shard, which closes when the stream is disabled. Records of a key
// are in the order of its changes, which is the only order that AWS guarantees.
//
// The package is internal to this program: any commit may change its interface.
// The formats of sequence numbers and iterators, and the JSON that dynamo stores,
// stay.
package stream

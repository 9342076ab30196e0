// Package write has the writes that wait in the queue: the message of a write, and
// the stamp by which the newer of two writes of an item wins.
//
// The stamp is set when the write is posted, and travels in the body of the
// message: a message that is sent again, or moved back from a dead-letter queue,
// has a new id and a new SentTimestamp, and the write is no newer for that.
//
// The package is internal to the service and changes with it.
package write

// Package poll runs the event source mappings of SQS queues: it serves their API,
// keeps on disk what the API has made, and performs the tasks of their pollers (see
// package mapping): it receives from the queues, drops what the filters drop,
// invokes the functions, and deletes what succeeded. What failed, or was in hand when
// the program ended, is left to the visibility timeout of its queue, as on AWS.
//
// Operations are methods of [Engine]; they are safe for concurrent use.
//
// The package is internal to the program; its interface may change with any
// commit.
package poll

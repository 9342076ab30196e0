// Package mapping is the model of Lambda's event source mappings of SQS queues:
// what AWS refuses of their settings, which states they pass through, how many
// batches they process at one time, which messages they filter out, what the
// function is sent and what its answer means.
//
// A [Poller] tells its driver what to receive and to invoke, and is told what
// came of it. It is a state machine without a clock: the driver passes the
// instant. One driver owns sockets and goroutines, another plays numbers in
// virtual time. Nothing here is safe for concurrent use; the driver locks.
//
// The package is internal to the program; its interface may change with any
// commit.
package mapping

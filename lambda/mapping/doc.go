// Package mapping is the model of Lambda's event source mappings of SQS queues:
// what AWS refuses of their settings, which states they pass through, how many
// batches they process at one time, which messages they filter out, what the
// function is sent and what its answer means.
//
// [Mappings] are the mappings that the API creates and changes. Each that polls has
// a [Poller], which tells its driver what to receive and to invoke, and is told
// what came of it. Both are state machines without a clock: the driver passes the
// instant. One driver owns sockets and goroutines, another plays numbers in
// virtual time. Neither is safe for concurrent use; the driver locks.
//
// When messages were received, the driver deletes those that the [Filters] drop,
// leaves alone those whose chain of requests has to be stopped, and reports the
// others with the size of their [Record]. It invokes a batch with its [Event], and
// deletes what [Failures] does not name before it reports the outcome.
//
// The package is internal to the program; its interface may change with any
// commit.
package mapping

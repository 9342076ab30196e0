// Package queue is the model of one SQS queue: which message is received next,
// how long it stays hidden, when it returns, goes to the dead-letter queue or is
// lost, and what a queue refuses for want of room or throughput.
//
// A [Queue] knows messages by their [ID] alone; whoever owns it keeps the bodies.
// [Deduplication] remembers what FIFO queues were sent, [Throughput] how often they
// were called, [Attempts] what they answered, a [Pace] how fast a move task goes,
// and a [Meter] measures.
// They are state machines without a clock: the caller passes the instant.
// queue/store puts a disk behind them; a rehearsal plays them. None of them is
// safe for concurrent use; the caller locks.
//
// The package is internal to the program; its interface may change with any
// commit.
package queue

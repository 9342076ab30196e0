// Package lambda is the model of AWS Lambda: how many invocations may run, how
// fast sandboxes may start, which limit refuses an invocation and with which
// reason, and the answer and the log lines of an invocation.
//
// An [Account] admits invocations. An [Idle] keeps the sandboxes that wait for
// the next one. An [EventRetry] decides when an asynchronous invocation is
// tried again. A [Lineage] finds functions that invoke themselves. They are state
// machines without a clock: the caller passes the
// instant. Package lambda/host runs processes behind them; a rehearsal runs
// numbers. None of them is safe for concurrent use; the caller locks.
//
// The package is internal to the program; its interface may change with any
// commit.
package lambda

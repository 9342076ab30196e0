// Package lambda is AWS Lambda's side of an invocation: how many may run, how
// fast they may start, who is refused and with which reason, what a failed one
// answers and what its log says.
//
// An [Account] admits invocations, an [Idle] keeps the sandboxes between them,
// an [EventRetry] decides when an asynchronous one is tried again. They are
// state machines: handed the instant they have no clock, and they start
// nothing. The live server puts processes behind them (package lambda/host),
// the rehearsal numbers. None of them is safe for concurrent use.
//
// The package is internal to the program; its interface may change with any
// commit.
package lambda

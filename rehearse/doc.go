// Package rehearse plays traffic through the model of a stack in virtual time.
// It uses the capacity, lambda, gateway and queue that up enforces, and the retry
// that functions use. Numbers stand for functions, and sizes for items. A day takes
// seconds.
//
// A [Rehearsal] builds a world of parts and wakes them. A source is the clients
// of a route. A stage is API Gateway in front of a function. A function runs
// invocations. An operation is what an invocation asks of a table. A queue holds
// messages, and a mapping invokes a function with them. A watcher is CloudWatch with
// the alarms, and a scaling is Application Auto Scaling; a template without alarms and
// targets has neither, and nothing is measured. A part
// schedules events for itself, each with an instant and a kind of its own, and
// calls the next part by a method. No part knows how many others there are.
//
// There is no goroutine and no clock. All randomness comes from the seed, and
// all arithmetic is in integers, but for metrics, whose floats are rounded after each
// step: the same template, traffic and seed give the same report on every machine.
//
// A world has one route, or one function that clients invoke themselves, and
// further routes if the options have some. A function makes one call to one table
// and tries again if the table refuses; then it may send one message.
// The package is internal to the program; its interface may change with any
// commit.
package rehearse

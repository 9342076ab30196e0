// Package rehearse plays traffic through the model of a stack in virtual time:
// the same capacity and lambda that up enforces, and the same retry that
// functions go by, with numbers in the place of functions and sizes in the place
// of items. A day takes seconds.
//
// A [Rehearsal] builds a world of parts and wakes them. A source is the clients of
// a route; a stage is API Gateway in front of a function; a function runs
// invocations; an operation is what an invocation asks of a table. A part
// schedules what it will do next, at an instant and in its own words, and asks
// the part behind it by a method. No part knows how many others there are.
//
// There is no goroutine and no clock. Each stream of chance comes from the seed,
// and what is computed is computed in integers: the same template, traffic and
// seed give the same report on every machine.
//
// So far a world has one route, whose function makes one call of one table and
// tries again where the table refuses. The package is internal to the program;
// its interface may change with any commit.
package rehearse

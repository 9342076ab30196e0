// Package rehearse plays traffic through the model of a stack in virtual time:
// the same capacity and lambda that up enforces, and the same retry that
// functions go by, with numbers in the place of functions and sizes in the place
// of items. A day takes seconds.
//
// A [Rehearsal] is an event loop. Events lie in a queue ordered by their
// instants, and each decision of the model brings on the next. There is no
// goroutine and no clock, chance comes from a seed, and what is computed is
// computed in integers: the same template, traffic and seed give the same
// report on every machine.
//
// So far it plays one route whose function makes one call of one table, and
// tries again where the table refuses. The package is internal to the program;
// its interface may change with any commit.
package rehearse

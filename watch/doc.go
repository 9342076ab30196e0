// Package watch is CloudWatch's side of a stack, and knows no service: a
// [Metric] is a namespace, a name and a unit, a series is a metric with its
// dimensions, and a [Store] keeps what each series was in every minute.
//
// Who measures interns its series once, with [Sink.Series], and adds samples to
// them, each with the instant at which it happened. The names of a service's
// metrics live with that service: dynamo/meter, lambda, gateway.
//
// The package is a model: nothing in it locks or reads a clock. Package
// watch/store serves many goroutines. It grows with what is done with metrics;
// names that exist stay.
package watch

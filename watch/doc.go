// Package watch is the model of CloudWatch, without any service: a [Metric] is a
// namespace, a name and a unit; a series is a metric with dimensions; a [Store]
// keeps the samples of each series by the minute, and gives its hours to an
// archive; [Alarms] judge them.
//
// A service interns its series once with [Sink.Series], and then adds samples,
// each with the instant of its measurement. The names of metrics are in the
// packages of their services: dynamo/meter, lambda, gateway, queue.
//
// The package is a model: it has no clock and no lock. Package watch/store is
// safe for concurrent use. Functions will be added; existing names stay.
package watch

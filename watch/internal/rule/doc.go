// Package rule reads and evaluates the rules of composite alarms
// (docs/aws/cloudwatch.md#composite-alarms).
//
// The package is a model, internal to package watch.
package rule

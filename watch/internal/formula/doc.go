// Package formula reads and evaluates CloudWatch's metric math
// (docs/aws/cloudwatch.md#metric-math): arithmetic, comparisons, AND and OR, and the
// functions AVG, FILL, IF, MAX, METRICS, MIN, PERIOD, RATE and SUM. It refuses
// AWS's other functions by name.
//
// The package is a model, internal to package watch.
package formula

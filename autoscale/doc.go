// Package autoscale is the model of Application Auto Scaling for DynamoDB: scalable
// targets, target tracking policies with their alarms, scheduled actions and
// scaling activities. It says what it wants of a table and of CloudWatch as
// [Effects], which the caller carries out: it puts and deletes alarms, and changes
// the units of tables as a person would. It is told what became of that.
//
// The package is a model: it is handed each instant, and has no clock, goroutine,
// lock or I/O. Functions will be added; existing names stay.
package autoscale

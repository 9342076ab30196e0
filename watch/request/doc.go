// Package request has the inputs of CloudWatch's operations, under AWS's names, and
// what AWS refuses of them without knowing metrics and alarms.
//
// The package is a model. It is internal to this program: any commit may change its
// interface.
package request

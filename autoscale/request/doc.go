// Package request has the inputs of Application Auto Scaling's operations, under
// AWS's names, and what AWS refuses of them without knowing targets and tables.
//
// The package is a model. It is internal to this program: any commit may change its
// interface.
package request

// Package request has the inputs of SNS's operations, by AWS's names, and what AWS
// refuses of them: Check refuses what is wrong whatever topics there are.
//
// The package is internal to this program: any commit may change its interface.
package request

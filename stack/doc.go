// Package stack puts a whole stack together and runs it in real time: the
// template's tables in dynamo, its functions in lambda/host, its APIs in
// gateway, and the AWS endpoint in wire. It is wiring: whatever decides lives
// in the packages below.
//
// A package of this program alone: it may change with any commit.
package stack

// Package stack assembles a whole stack and runs it in real time: the
// template's tables in dynamo, its functions in lambda/host, its APIs in
// gateway/rest, and the AWS endpoint in wire. It is wiring only; decisions are
// made in the packages below.
//
// The package is internal to the program; its interface may change with any
// commit.
package stack

// Package guard asks who may invoke the methods and routes of APIs: it invokes
// the functions of authorizers, keeps their answers, and checks tokens and
// signatures. What an answer or a token means is in package gateway/authorize;
// what a request looks like to an authorizer is its edge's.
//
// The package is internal to the program; its interface may change with any
// commit.
package guard

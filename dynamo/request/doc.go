// Package request has the requests of DynamoDB and what AWS refuses of them by
// themselves: a request is an Input, its Check says in AWS's words the first
// thing that is wrong in AWS's order, or returns what the request's expressions
// come to. What depends on the tables that are there is checked by package
// dynamo, which carries requests out.
//
// Shapes and members have AWS's names. A member that is nil was not given. A
// request must not change once it is checked. Nothing here locks: a request
// belongs to one goroutine, and what Check returns may be used by several.
//
// A package of this program alone: it may change with any commit.
package request

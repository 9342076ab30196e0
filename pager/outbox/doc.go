// Package outbox keeps the pages of a running stack on disk until their receivers have
// got them, and has one goroutine a receiver send them, as package pager decides.
//
// A page that is durable goes out, whatever happens to the program. It goes out again
// only if an attempt was under way, or had an unknown outcome, when the program ended.
//
// The package is internal to the program; its interface may change with any
// commit.
package outbox

// Package store serves SQS from one local store. It checks each request in AWS's
// order, asks the model of its queue (package queue), and keeps messages and what
// happened to them in storage.
//
// An operation has one file here. Its input, and the checks that need no queue, are
// in package queue/request. Its output is here, in the shape of the wire; the URL
// of a queue in an output is a path alone, since only the wire knows the host that
// the client used. Operations are methods of Engine and safe for concurrent use.
// Their errors match a refusal.Kind; any other error is a failure of storage, or
// that of a context.
//
// The package is internal to this program: any commit may change its interface.
package store

// Package evidence writes the page of an alarm: what it measured, and what the metrics
// of the last minutes say of why it went off, in words for a person who has been woken.
//
// The package is internal to the program; its interface may change with any
// commit.
package evidence

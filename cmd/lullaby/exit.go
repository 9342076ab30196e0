package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Exit codes.
const (
	exitFine = 0 // also if a signal ended the command
	exitBad  = 1 // the answer is bad news
	exitUse  = 2 // wrong use
)

// errBadNews is the error of a command that has printed its bad news.
var errBadNews = errors.New("bad news")

// A useError is an error of the command line. It exits with exitUse.
type useError struct{ error }

func (e useError) Unwrap() error { return e.error }

// fatal ends the process with the one line of an error that leaves nothing to
// close: a store that cannot go on holds its callers. The warden sees to the
// functions.
func fatal(err error) { os.Exit(exit(context.Background(), err, os.Stderr)) }

// exit prints the error with which a command ended, and returns the exit code.
func exit(ctx context.Context, err error, stderr io.Writer) int {
	if err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitFine
	}
	if !errors.Is(err, errBadNews) {
		fmt.Fprintf(stderr, "lullaby: %v\n", err)
	}
	if _, wrong := errors.AsType[useError](err); wrong {
		return exitUse
	}
	return exitBad
}

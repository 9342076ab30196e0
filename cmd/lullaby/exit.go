package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Exit codes.
const (
	exitFine = 0 // also when a signal ended the command
	exitBad  = 1 // the answer is bad news
	exitUse  = 2 // wrong use
)

// errBadNews is the error of a command that has told its bad news already.
var errBadNews = errors.New("bad news")

// A useError is about what a command was given.
type useError struct{ error }

func (e useError) Unwrap() error { return e.error }

// exit tells how a command ended, and returns its code.
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

package main

import (
	"os"

	"lullaby/lambda/host"
)

// wardenCommand is started by up, so that no function process outlives it.
type wardenCommand struct{}

// Run returns when up has ended and its functions are dead.
func (wardenCommand) Run() error { //nolint:unparam // kong's form of a command
	host.Warden(os.Stdin)
	return nil
}

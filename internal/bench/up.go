package bench

import (
	"context"
	"os"
	"os/exec"
)

// An Up is a way to run up. The zero value is none.
type Up struct {
	Template   string // "": none, the AWS endpoints alone
	Durability string // of acknowledged writes: disk or process
	Limits     string // on or off
}

// String names the Up in a table or a message.
func (u Up) String() string {
	name := u.Durability + ", limits " + u.Limits
	if u.Template != "" {
		name = u.Template + ", " + name
	}
	return name
}

// Command returns the command line of the Up. It runs in tree, a source tree that
// contains the template, keeps its data in the folder data, an absolute path, and
// listens on free ports. The end of ctx interrupts it as Ctrl-C does, so that it
// ends its functions.
func (u Up) Command(ctx context.Context, binary, tree, data string) *exec.Cmd {
	args := []string{
		"up", "--durability", u.Durability, "--limits", u.Limits,
		"--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off", "--data", data,
	}
	if u.Template == "" {
		args = append(args, "--bare", "--control-plane", "instant")
	} else {
		args = append(args, u.Template)
	}
	command := exec.CommandContext(ctx, binary, args...)
	command.Dir = tree
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command
}

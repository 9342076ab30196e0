// Command lullaby runs a serverless stack on this machine with AWS's limits,
// delays and failures.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line. Each field is a command.
type cli struct {
	Up       upCommand       `cmd:"" help:"Run the stack of a template on this machine."`
	Rehearse rehearseCommand `cmd:"" help:"Play traffic through the model of a stack, a day in seconds."`
	Page     pageCommand     `cmd:"" help:"Try where pages go."`
	Warden   wardenCommand   `cmd:"" hidden:""`
}

// newParser returns the parser of the command line. ctx ends with the command.
func newParser(ctx context.Context) *kong.Kong {
	parser := kong.Must(new(cli),
		kong.Name("lullaby"),
		kong.Description("Keeps DynamoDB from waking you up."),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.UsageOnError(),
		upDefaults,
		rehearseDefaults,
	)
	for _, command := range parser.Model.Children {
		for _, flag := range command.Flags {
			showValues(flag)
			needValue(flag)
		}
	}
	return parser
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	command, err := newParser(ctx).Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "lullaby: %v\n", err)
		return exitUse
	}
	return exit(ctx, command.Run(), os.Stderr)
}

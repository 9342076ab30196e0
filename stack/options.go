package stack

import (
	"io"
	"log/slog"

	"lullaby/internal/arn"
	"lullaby/lambda/host"
	"lullaby/storage"
	"lullaby/watch"
)

// Options are what the command line says. Strings must not be empty unless
// said so.
type Options struct {
	Template   string            // DIR|TEMPLATE; not read if Bare
	Bare       bool              // the AWS endpoint alone
	Parameters map[string]string // of the template; nil: its defaults

	HTTPAddr string // of the first API; further ones take the ports behind it
	AWSAddr  string // of the AWS endpoint

	Data       string // folder; empty: .lullaby beside the template
	Durability storage.Durability

	Credentials string // file of AWS's shared credentials; empty: any are taken

	Scope        arn.Scope
	MaxSandboxes int  // 0: from free memory
	Unlimited    bool // --limits off
	Pessimistic  bool // the strict end of what AWS leaves open
	Instant      bool // --control-plane instant

	// Metrics takes the samples of all services, from many goroutines at once; nil:
	// a store of the stack's own, which ends with it.
	Metrics watch.Sink

	Out    io.Writer    // lines for a person: what is built, warnings
	Logs   io.Writer    // of the functions
	Log    *slog.Logger // of the program
	Warden []string     // command line that runs host.Warden
}

// sandboxes is how many function processes there may be at once.
func (o Options) sandboxes() int {
	if o.MaxSandboxes > 0 {
		return o.MaxSandboxes
	}
	return host.DefaultMaxSandboxes()
}

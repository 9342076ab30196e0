package stack

import (
	"io"
	"log/slog"

	"lullaby/internal/arn"
	"lullaby/internal/webpage"
	"lullaby/pager"
	"lullaby/pager/outbox"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/wire"
)

// Options are the settings of the command line. Strings must not be empty
// unless their comment says so.
type Options struct {
	Template   string            // DIR or TEMPLATE; not read if Bare
	Bare       bool              // no template: only the AWS endpoint
	Parameters map[string]string // of the template; nil: its defaults
	Exports    map[string]string // of other stacks, by name

	HTTPAddr string // of the first Door; further ones use the ports that follow
	AWSAddr  string // of the AWS endpoint
	WebAddr  string // of the live page; empty: there is none

	WebAnywhere bool // the page takes a free port if that of WebAddr is taken

	Data       string // folder; empty: .lullaby beside the template
	Durability storage.Durability

	Credentials string // file in AWS's format of shared credentials; empty: any are accepted

	TokenKeys        string // file with the key set of tokens; empty: none is taken, unless
	UnverifiedTokens bool   // they are taken as they stand

	Origins []webpage.Origin // of web pages that may use the AWS endpoint
	Hosts   []webpage.Host   // names of the AWS endpoint and the page beside localhost, their addresses and those of AWSAddr and WebAddr

	AllowHTTP []string       // hosts that integrations of APIs may ask beside loopback addresses: HOST or HOST:PORT
	Forwards  []wire.Forward // where calls to services go that the stack lacks

	Python, Node string // interpreters of functions; empty: the best that are found

	Scope        arn.Scope
	MaxSandboxes int  // 0: as host.Options has it
	Unlimited    bool // --limits off: nothing is refused for want of capacity
	Pessimistic  bool // capacity.Strict in place of capacity.Likely
	Instant      bool // --control-plane instant
	Drained      bool // tables begin with spent burst

	// Metrics gets the samples of all services, from many goroutines at once.
	// Nil: CloudWatch of the stack.
	Metrics watch.Sink

	Receivers  []outbox.Receiver  // of pages
	PageTopics []string           // topics that page, by name, logical id or ARN; none: all
	ShowPage   func(p pager.Page) // gets each page of the stack, from one goroutine at a time; nil: nobody looks

	Out    io.Writer    // messages for people: what is built, warnings
	Logs   io.Writer    // of the functions
	Log    *slog.Logger // of the program
	Warden []string     // the command line that runs host.Warden

	Held func(change int) // as wire.Options has it

	AdoptOrphans     bool // as host.Options has it
	IgnoreMemorySize bool // --memory-limit off
	NoFreeze         bool // --freeze off

	kept *kept // of the stack before; nil: there is none

	Fatal func(error) // ends the process, as storage.Options has it
}

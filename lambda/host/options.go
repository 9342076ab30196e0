package host

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/watch"
)

// A Function describes a function to the Host.
type Function struct {
	Name    string
	Handler string // _HANDLER, for a runtime that serves several
	Dir     string // of its package, where its processes run

	Command  []string          // what a process runs, with its arguments; nil: the executable bootstrap in Dir (see Build)
	Defaults map[string]string // what its runtime adds to the environment; Environment wins
	Fault    string            // why it cannot run on this machine; every invocation fails with that. Empty: it can

	MemorySize  int           // MB of all processes of a sandbox; enforced on Linux; 0: 128
	Timeout     time.Duration // of one invocation; 0: 3 s
	Environment map[string]string

	Logging             lambda.Logging
	ReservedConcurrency *int // nil: none; 0 stops the function
}

// AWS's defaults for a function (CreateFunction).
const (
	defaultMemorySize = 128
	defaultTimeout    = 3 * time.Second
)

func (f Function) withDefaults() Function {
	f.MemorySize = cmp.Or(f.MemorySize, defaultMemorySize)
	f.Timeout = cmp.Or(f.Timeout, defaultTimeout)
	return f
}

// command returns what a process of f runs.
func (f Function) command() []string {
	if f.Command != nil {
		return f.Command
	}
	return []string{filepath.Join(f.Dir, bootstrapName)}
}

// Credentials are what functions find in their environment. This package does not
// check any.
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// dummyCredentials have the form that SDKs expect and no rights.
var dummyCredentials = Credentials{
	AccessKeyID:     "ASIALULLABYLULLABY00",
	SecretAccessKey: "lullaby/is/not/a/secret/but/forty/chars+",
	SessionToken:    "lullaby",
}

// Options apply to all functions of a Host. The zero Options are AWS's defaults.
type Options struct {
	Scope       arn.Scope   // of the functions
	Endpoint    string      // AWS_ENDPOINT_URL of the functions; empty: not set
	Credentials Credentials // zero: dummies

	Limits       lambda.Limits // of the account
	MaxSandboxes int           // processes at a time; not positive: see withDefaults
	MaxEvents    int           // asynchronous invocations that are not done; not positive: 10,000

	IgnoreMemorySize bool // a sandbox may take any amount of memory
	NoFreeze         bool // what a sandbox does between invocations goes on

	// Metrics takes the samples of all functions, from many goroutines at once;
	// nil: watch.Discard.
	Metrics watch.Sink

	// Embedded gets each line of a function's own output when it comes, in its order for
	// one sandbox, from many goroutines. It must not block. Nil: nobody.
	Embedded func(now instant.Instant, line string)

	// Warden is a command line that runs Warden with its standard input. Empty: no
	// Warden; processes that functions start may then survive a kill -9 of this
	// process.
	Warden []string

	// AdoptOrphans makes this process the parent of the processes that functions
	// have started and left behind (Linux). The Host ends and reaps them. This
	// process must then start no other children while the Host is open.
	AdoptOrphans bool

	// Log gets the log of every function, as "name | line". Each Write has whole
	// lines, and there is one Write at a time. If Log is slow, lines are dropped
	// and counted. Close waits for the last Write. Nil: no log.
	Log io.Writer

	InitTimeout  time.Duration // not positive: 10 s, as on AWS
	IdleLifetime time.Duration // not positive: lambda.IdleLifetime

	measure    bool                             // MaxSandboxes was not given: a new sandbox must fit into the free memory
	freeMemory func() (bytes int64, known bool) // nil: of this machine
	maxStream  int                              // bytes of a streamed result; 0: lambda.MaxStreamBytes
	launched   func()                           // of tests: called when a process runs, and the Host does not know it yet; nil: nothing
}

const (
	// defaultInitTimeout bounds the time from the start of a process to its
	// first request for work ("Lambda execution environment lifecycle").
	defaultInitTimeout = 10 * time.Second

	// defaultMaxEvents bounds the memory of asynchronous invocations. AWS's own
	// queue has no documented bound.
	defaultMaxEvents = 10_000
)

// withDefaults fills in what is not set. Without MaxSandboxes as many processes run
// as the account's concurrency allows and the free memory holds, or 32 if that is
// unknown.
func (o Options) withDefaults() Options {
	o.Scope = o.Scope.WithDefaults()
	o.Credentials = cmp.Or(o.Credentials, dummyCredentials)
	if o.freeMemory == nil {
		o.freeMemory = availableMemory
	}
	if o.MaxSandboxes <= 0 {
		// As many as AWS would run, as long as memory is free.
		o.MaxSandboxes = maxSandboxes
		if n := o.Limits.ConcurrentExecutions; n > 0 {
			o.MaxSandboxes = n
		}
		if _, o.measure = o.freeMemory(); !o.measure {
			o.MaxSandboxes = min(o.MaxSandboxes, unknownSandboxes)
		}
	}
	if o.MaxEvents <= 0 {
		o.MaxEvents = defaultMaxEvents
	}
	if o.InitTimeout <= 0 {
		o.InitTimeout = defaultInitTimeout
	}
	if o.IdleLifetime <= 0 {
		o.IdleLifetime = lambda.IdleLifetime
	}
	o.maxStream = cmp.Or(o.maxStream, lambda.MaxStreamBytes)
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	return o
}

// ErrClosed is returned for an invocation that a closed Host gets, or that Close
// interrupts.
var ErrClosed = errors.New("lambda host is closed")

// validate refuses a function that AWS would not create.
func (f Function) validate() error {
	if f.Name == "" || f.Dir == "" {
		return fmt.Errorf("function %q in %q: a function needs a name and a directory", f.Name, f.Dir)
	}
	if f.MemorySize < 0 || f.Timeout < 0 {
		return fmt.Errorf("function %s: memory %d MB and timeout %v may not be negative", f.Name, f.MemorySize, f.Timeout)
	}
	if err := checkEnvironment(f.Environment); err != nil {
		return fmt.Errorf("function %s: %w", f.Name, err)
	}
	return nil
}

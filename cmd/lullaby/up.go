package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/alecthomas/kong"

	"lullaby/gateway/upstream"
	"lullaby/internal/arn"
	"lullaby/internal/webpage"
	"lullaby/stack"
	"lullaby/storage"
	"lullaby/template"
	"lullaby/wire"
)

type upCommand struct {
	Template string `arg:"" optional:"" default:"." placeholder:"DIR|TEMPLATE" help:"A SAM or CloudFormation template, or a directory that holds one."`

	HTTPAddr     string             `name:"http-addr" default:"127.0.0.1:3000" help:"Address of the first API; further ones, and function URLs, take the ports behind it. Port 0 picks a free one."`
	AWSAddr      string             `name:"aws-addr" default:"127.0.0.1:4566" help:"Address of the AWS endpoints. Port 0 picks a free one."`
	WebAddr      string             `name:"web-addr" placeholder:"ADDR|off" help:"Address of the live page; if not given, 127.0.0.1:3999, or a free port if that is taken, and with --credentials no page. Port 0 picks a free one; off: no page."`
	Data         string             `placeholder:"DIR" help:"Folder for the data; .lullaby beside the template if not given."`
	Durability   storage.Durability `default:"disk" placeholder:"disk|process" help:"What an acknowledged write survives: disk, power loss; process, a kill of this process. Default: disk."`
	Memory       bool               `help:"Keep nothing."`
	Bare         bool               `help:"No template: the AWS endpoints alone."`
	Parameter    map[string]string  `mapsep:"none" placeholder:"NAME=VALUE" help:"A parameter of the template, the value of a dynamic reference such as ssm:/name, or the Ref of a resource that is not run, such as a user pool; repeatable."`
	Export       map[string]string  `mapsep:"none" placeholder:"NAME=VALUE" help:"An export of another stack, for Fn::ImportValue; repeatable."`
	MaxSandboxes int                `placeholder:"N" help:"Function processes at most; if not given, 1,000, as long as they fit into the free memory."`
	AllowHTTP    []string           `name:"allow-http" sep:"none" placeholder:"HOST[:PORT]" help:"Let HTTP integrations of APIs ask this host; repeatable. Besides loopback addresses others are not asked."`
	Python       string             `placeholder:"PATH" help:"Interpreter of functions of Python; if not given, one of the runtime's version in PATH, else python3."`
	Node         string             `placeholder:"PATH" help:"Interpreter of functions of Node.js; if not given, node in PATH."`
	MemoryLimit  string             `enum:"on,off" default:"on" help:"off: the processes of a function may take more memory than its MemorySize."`
	Freeze       string             `enum:"on,off" default:"on" help:"off: what a function does goes on between its invocations."`
	Watch        string             `enum:"on,off" default:"on" help:"off: changes of the template and of functions count from the next start on."`
	Limits       string             `enum:"on,off" default:"on" help:"off: nothing is refused for want of capacity or above a quota of tables."`
	Pessimistic  bool               `help:"Take the strict end of what AWS leaves open: eventually consistent reads are stale, queues shuffle and repeat messages."`
	Drained      bool               `help:"Tables and their indexes begin with spent burst; of no effect on demand."`
	ControlPlane string             `enum:"real,instant," default:"" placeholder:"real|instant" help:"How long tables stay CREATING and DELETING: real, as on AWS; instant, no longer than the answer. And whether the names of deleted queues rest. Instant if --bare."`
	Credentials  string             `placeholder:"FILE" help:"Take only requests signed with a key of this file, which has the form of AWS's shared credentials; any if not given."`
	Jwks         string             `placeholder:"FILE" help:"Verify the tokens of JWT authorizers and user pools with the keys of this file, the issuer's key set. Without it, and without --auth unverified, all tokens are refused."`
	Auth         string             `enum:"verified,unverified" default:"verified" help:"unverified: tokens are taken as they stand, whoever wrote them."`
	Cors         []webpage.Origin   `sep:"none" placeholder:"ORIGIN" help:"Let web pages of this origin use the AWS endpoints; repeatable. Others are refused."`
	Host         []webpage.Host     `sep:"none" placeholder:"NAME" help:"Take requests to this name of the AWS endpoints, such as host.docker.internal; repeatable. Besides localhost and addresses of this machine others are refused."`
	Forward      []wire.Forward     `sep:"none" placeholder:"[SERVICE=]URL" help:"Send calls to AWS services that Lullaby does not have to another endpoint, or those to one service, such as s3; repeatable."`
	AccountID    string             `name:"account-id" default:"${account_id}" help:"As it appears in ARNs."`
	Region       string             `default:"${region}" help:"As it appears in ARNs."`
	JSON         bool               `name:"json" help:"Write messages, pages and the log as lines of JSON."`
	Debug        bool               `help:"Log each request."`
	Routes       bool               `help:"Print the routes of the template and end."`

	PageTopic []string `sep:"none" placeholder:"NAME" help:"A topic that pages, by name, logical id or ARN; repeatable. All do if none is given."`

	receiverFlags
}

const defaultWebAddr = "127.0.0.1:3999"

// upDefaults are the defaults in the tags above.
var upDefaults = kong.Vars{"account_id": arn.DefaultAccount, "region": arn.DefaultRegion}

// Validate refuses values that their types cannot. Kong calls it.
func (c *upCommand) Validate() error {
	if len(c.AccountID) != 12 || strings.Trim(c.AccountID, "0123456789") != "" {
		return fmt.Errorf("--account-id: %q is not twelve digits", c.AccountID)
	}
	if c.MaxSandboxes < 0 {
		return fmt.Errorf("--max-sandboxes: %d is negative", c.MaxSandboxes)
	}
	if _, err := upstream.New(c.AllowHTTP); err != nil {
		return fmt.Errorf("--allow-http: %w", err)
	}
	if c.Jwks != "" && c.Auth == "unverified" {
		return errors.New("--jwks verifies tokens, --auth unverified does not: give one of them")
	}
	if c.Durability == storage.Memory {
		c.Memory = true
	}
	if c.Memory {
		c.Durability = storage.Memory
	}
	return c.checkForwards()
}

// checkForwards refuses two endpoints for a service, and one for a service that Lullaby
// has itself: a call to it goes to one of both, and half of a stack would not know of the
// other half.
func (c *upCommand) checkForwards() error {
	seen := map[string]bool{}
	for _, f := range c.Forward {
		switch {
		case seen[f.Service] && f.Service == "":
			return errors.New("--forward: two endpoints for every service")
		case seen[f.Service]:
			return fmt.Errorf("--forward: two endpoints for %s", f.Service)
		case wire.Has(f.Service) && (!c.Bare || f.Service != "lambda"): // which --bare lacks
			return fmt.Errorf("--forward: Lullaby has %s itself, as %s", f.Service, strings.Join(wire.Own(), ", "))
		}
		seen[f.Service] = true
	}
	return nil
}

// Settings of the garbage collector for up, unless GOGC or GOMEMLIMIT are set.
// The heap is small and changes fast, so collecting whenever it has doubled
// takes most of the time. It may grow to five times what is in use, below a
// limit. The limit rises by what large requests hold: if they filled it, the
// collector would run all the time and find nothing.
const (
	gcPercent   = 400
	memoryLimit = 256 << 20 // bytes
)

// tuneMemory makes the settings. It returns the function that is told by how many
// bytes large requests hold more; nil if the settings are the user's.
func tuneMemory() (held func(change int)) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
	var mu sync.Mutex
	limit := int64(memoryLimit)
	return func(change int) {
		mu.Lock()
		defer mu.Unlock()
		limit += int64(change)
		debug.SetMemoryLimit(limit)
	}
}

// Run starts the stack and runs it until a signal ends ctx.
func (c *upCommand) Run(ctx context.Context) error {
	if c.Routes {
		return c.printRoutes(os.Stdout)
	}
	receivers, err := c.receivers()
	if err != nil {
		return err
	}
	out := &output{to: os.Stdout, json: c.JSON}
	o := c.options()
	o.Held, o.Out, o.ShowPage = tuneMemory(), out, out.page
	for _, r := range receivers {
		o.Receivers = append(o.Receivers, r)
	}
	s, err := stack.Start(ctx, o)
	if err != nil {
		return err
	}
	out.ready(s)
	for {
		changed, stop := c.watch(ctx, s)
		select {
		case <-ctx.Done():
			stop()
			return s.Close()
		case err := <-s.Failed():
			stop()
			if closing := s.Close(); closing != nil {
				return fmt.Errorf("%w; %w", err, closing)
			}
			return err
		case <-changed:
			stop()
			if s, err = s.Reload(ctx); err != nil {
				return err
			}
		}
	}
}

// watch has the stack watch its files. changed is closed when it is to be reloaded;
// stop waits for the end of the watch.
func (c *upCommand) watch(ctx context.Context, s *stack.Stack) (changed <-chan struct{}, stop func()) {
	if c.Watch == "off" || s.Template() == nil {
		return nil, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	reload := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		if s.Watch(ctx) {
			close(reload)
		}
	})
	return reload, func() {
		cancel()
		running.Wait()
	}
}

func (c *upCommand) options() stack.Options {
	level := slog.LevelInfo
	if c.Debug {
		level = slog.LevelDebug
	}
	o := stack.Options{
		Template:     c.Template,
		Bare:         c.Bare,
		Parameters:   c.Parameter,
		Exports:      c.Export,
		HTTPAddr:     c.HTTPAddr,
		AWSAddr:      c.AWSAddr,
		Data:         c.Data,
		Durability:   c.Durability,
		Credentials:  c.Credentials,
		TokenKeys:    c.Jwks,
		Origins:      c.Cors,
		Hosts:        c.Host,
		Forwards:     c.Forward,
		PageTopics:   c.PageTopic,
		AllowHTTP:    c.AllowHTTP,
		Python:       c.Python,
		Node:         c.Node,
		Scope:        arn.Scope{Region: c.Region, Account: c.AccountID},
		MaxSandboxes: c.MaxSandboxes,
		Unlimited:    c.Limits == "off",
		Pessimistic:  c.Pessimistic,
		Drained:      c.Drained,
		Instant:      c.ControlPlane == "instant" || c.ControlPlane == "" && c.Bare,
		AdoptOrphans: true,

		UnverifiedTokens: c.Auth == "unverified",
		IgnoreMemorySize: c.MemoryLimit == "off",
		NoFreeze:         c.Freeze == "off",

		Fatal: fatal,
		Logs:  os.Stderr,
		Log:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
	}
	if c.JSON {
		o.Log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	}
	switch {
	case c.WebAddr == "off":
	case c.WebAddr != "":
		o.WebAddr = c.WebAddr
	case c.Credentials == "": // the page asks for no key, so beside keys somebody has to want it
		o.WebAddr, o.WebAnywhere = defaultWebAddr, true // nobody chose this port
	}
	if exe, err := os.Executable(); err == nil {
		o.Warden = []string{exe, "warden"}
	}
	return o
}

// announce prints where everything answers, and then the ready line.
func announce(w io.Writer, s *stack.Stack) {
	ready := "ready"
	for i, d := range s.Doors() {
		if i == 0 {
			ready = "ready http=" + d.URL
		}
		writeDoor(w, s.Template(), d)
	}
	if t := s.Template(); t != nil {
		writeKeys(w, t)
		writeQueues(w, t)
		for _, o := range t.Outputs {
			fmt.Fprintf(w, "out   %s = %s\n", o.Name, o.Value)
		}
	}
	data := s.Data()
	if data == "" {
		data = "in memory"
	}
	fmt.Fprintf(w, "aws   %s\ndata  %s\n", s.AWSURL(), data)
	if page := s.WebURL(); page != "" {
		fmt.Fprintf(w, "page  %s\n", page)
	}
	fmt.Fprintf(w, "%s aws=%s\n", ready, s.AWSURL())
}

// writeDoor writes where an API or a function URL answers, and what it has.
func writeDoor(w io.Writer, t *template.Template, d *stack.Door) {
	const indent = "      "
	fmt.Fprintf(w, "http  %s\n", d.URL)
	switch {
	case d.API != nil:
		writeRoutes(w, indent, t, d.API.Routes, d.API.Forwards)
		writeStage(w, indent, d.API.Stage, d.API.Routes)
	case d.HTTPAPI != nil:
		writeRoutes(w, indent, t, d.HTTPAPI.Routes, nil)
		if d.HTTPAPI.Stage != "$default" {
			writeStage(w, indent, d.HTTPAPI.Stage, d.HTTPAPI.Routes)
		}
	default:
		writeURL(w, indent, t, d.FunctionURL)
	}
}

// writeStage writes that a stage is in no path, by the first route that has one.
func writeStage(w io.Writer, indent, stage string, routes []*template.Route) {
	for _, r := range routes {
		if r.Method != "" {
			fmt.Fprintf(w, "%spaths have no stage: %[3]s, not /%[2]s%[3]s\n", indent, stage, r.Path)
			return
		}
	}
}

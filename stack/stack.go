package stack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/internal/changes"
	"lullaby/internal/jwt"
	"lullaby/internal/sigv4"
	"lullaby/internal/webpage"
	"lullaby/lambda/host"
	"lullaby/lambda/interpreter"
	"lullaby/lambda/poll"
	"lullaby/pager"
	"lullaby/pager/outbox"
	queues "lullaby/queue/store"
	"lullaby/storage"
	"lullaby/template"
	topics "lullaby/topic/store"
	"lullaby/watch"
	"lullaby/watch/store"
	"lullaby/web"
	"lullaby/wire"
)

// A Stack is a running stack. Make one with Start. Safe for concurrent use.
type Stack struct {
	opts     Options
	template *template.Template // nil if bare
	data     string             // empty in memory
	aws      net.Listener
	awsErr   error // why aws does not listen
	doors    []*Door
	web      net.Listener // of the live page; nil: there is none
	page     *web.Server  // nil: the same

	db      *storage.DB
	tables  *dynamo.Engine
	queues  *queues.Engine
	topics  *topics.Engine
	metrics *store.Store
	sink    watch.Sink // where services measure: metrics, unless the options have another place
	pages   *outbox.Store
	wake    pager.Topics // those that page
	scaling *scaling.Engine
	host    *host.Host // nil if bare

	functions    []host.Function      // as they run
	watch        *changes.Watch       // of the files of both
	built        string               // folder of built functions
	interpreters *interpreter.Builder // of those of Python and Node.js

	mappings *poll.Engine // nil if bare

	keys                sigv4.Keys       // nil: any credentials are taken
	tokenKeys           *jwt.Keys        // nil: there are none
	functionCredentials host.Credentials // zero: the Host uses dummy values

	saying  sync.Mutex // held while something is written to Out
	failed  chan error // errors of servers; capacity 1; sent by goServe; never closed
	serving sync.WaitGroup
	leave   bool         // Close leaves the data and what is built, for the next stack
	close   func() error // does the work of Close, once
	closers []func() error
}

// Start starts a stack. When it returns without an error, everything answers.
// Otherwise nothing is left running, and the data folder has changed only as
// the template asks. ctx bounds Start, not the stack. Errors are those of the
// template (*template.LoadError), of the data (*storage.LockedError,
// *storage.VersionError, *storage.FullError), of ports, and of building functions.
func Start(ctx context.Context, o Options) (_ *Stack, err error) {
	s := &Stack{opts: o, failed: make(chan error, 1)}
	s.close = sync.OnceValue(s.closeAll)
	defer func() {
		if err != nil {
			s.leave = o.kept != nil
			err = errors.Join(err, s.Close())
		}
	}()
	s.aws, s.awsErr = s.listenAt(ctx, awsSocket, o.AWSAddr, "--aws-addr")
	steps := []func(context.Context) error{
		s.read, s.readCredentials, s.readTokenKeys, s.open, s.listen, s.declare, s.declareScaling, s.declareQueues, s.declareTopics,
		s.startFunctions, s.mapQueues, s.declareAlarms, s.drain, s.openPage, s.watchAlarms, s.serve, s.poll, s.subscribe, s.notify,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// kept is what a stack leaves to the one that takes its place.
type kept struct {
	db        *storage.DB
	template  *template.Template
	functions []host.Function
	watch     *changes.Watch // from before they were built
	built     string
	sockets   map[string]*os.File // that listen, by their names
}

// The names of sockets that are not a door's.
const (
	awsSocket = "aws"
	webSocket = "web"
)

// read loads the template and decides where the data is.
func (s *Stack) read(context.Context) error {
	dir := "."
	if !s.opts.Bare && s.opts.kept == nil {
		path, err := template.Find(s.opts.Template)
		if err != nil {
			return err
		}
		if s.template, err = s.load(path); err != nil {
			return err
		}
		s.watch = firstLook(s.template)
		dir = filepath.Dir(path)
	}
	if s.opts.kept != nil {
		s.template, s.watch = s.opts.kept.template, s.opts.kept.watch
		dir = filepath.Dir(s.template.Path)
	}
	if err := s.findPageTopics(); err != nil {
		return err
	}
	if s.opts.Durability == storage.Memory {
		return nil
	}
	s.data = s.opts.Data
	if s.data == "" {
		s.data = filepath.Join(dir, ".lullaby")
	}
	return nil
}

// load loads the template at path, and says what it warns of.
func (s *Stack) load(path string) (*template.Template, error) {
	t, err := template.Load(path, template.Options{
		Parameters: s.opts.Parameters,
		Exports:    s.opts.Exports,
		Scope:      s.opts.Scope,
		Endpoint:   s.AWSURL(),
	})
	for _, w := range template.WarningsOf(t, err) {
		s.say("warning: %v", w)
	}
	if err != nil {
		return nil, err
	}
	for _, e := range t.Unrunnable {
		s.say("not run here: %v", e)
	}
	for _, line := range foreignCalls(t, s.opts.Forwards) {
		s.say("%s", line)
	}
	return t, nil
}

// openData opens the data, or takes it over. With it goes what is built, unless
// another stack takes both over.
func (s *Stack) openData(ctx context.Context) (err error) {
	if s.opts.kept != nil {
		s.db, s.built = s.opts.kept.db, s.opts.kept.built
	} else {
		s.db, err = storage.Open(s.data, storage.Options{
			Durability: s.opts.Durability, Log: s.opts.Log, Fatal: s.opts.Fatal, Stop: ctx.Done(),
		})
	}
	if err != nil {
		return err
	}
	s.onClose(func() error {
		if s.leave {
			return nil
		}
		if s.data == "" && s.built != "" {
			return errors.Join(s.db.Close(), os.RemoveAll(s.built))
		}
		return s.db.Close()
	})
	return nil
}

// open opens the data, the metrics, the tables with what scales them, the queues and the
// topics.
func (s *Stack) open(ctx context.Context) error {
	if err := s.openData(ctx); err != nil {
		return err
	}
	db := s.db
	var err error
	if err := s.openMetrics(); err != nil {
		return err
	}
	if err := s.openPages(); err != nil { //nolint:contextcheck // the stack outlives Start's context
		return err
	}
	s.tables, err = dynamo.New(db, dynamo.Options{
		Scope:     s.opts.Scope,
		Unlimited: s.opts.Unlimited,
		Instant:   s.opts.Instant,
		Log:       s.opts.Log,

		Pessimistic: s.opts.Pessimistic,
		Drained:     s.opts.Drained,
		Metrics:     s.sink,
		Changed:     func(table string) { s.scaling.Changed(table) },
	})
	if err != nil {
		return err
	}
	s.onClose(s.tables.Close)
	if err := s.openScaling(); err != nil {
		return err
	}
	s.queues, err = queues.New(db, queues.Options{
		Scope:     s.opts.Scope,
		Unlimited: s.opts.Unlimited,
		Instant:   s.opts.Instant,
		Log:       s.opts.Log,

		Pessimistic: s.opts.Pessimistic,
		Seed:        rand.Uint64(), //nolint:gosec // it decides what a pessimistic queue repeats
		Metrics:     s.sink,
	})
	if err != nil {
		return err
	}
	if err := s.openTopics(); err != nil {
		return err
	}
	s.runEngines() //nolint:contextcheck // the stack outlives Start's context
	return nil
}

// openMetrics opens the metrics and alarms, and lets the stack's services measure
// there, unless its options have another place.
func (s *Stack) openMetrics() (err error) {
	assumed := watch.Likely
	if s.opts.Pessimistic {
		assumed = watch.Strict
	}
	s.metrics, err = store.New(s.db, store.Options{
		Scope: s.opts.Scope, Assumed: assumed, Log: s.opts.Log, Act: s.act, Published: s.published,
	})
	if err != nil {
		return err
	}
	s.onClose(s.metrics.Close)
	if s.sink = s.opts.Metrics; s.sink == nil {
		s.sink = s.metrics
	}
	return nil
}

// runEngines runs the own work of tables, queues and topics until the stack closes.
func (s *Stack) runEngines() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.tables.Run(ctx) })
	running.Go(func() { s.queues.Run(ctx) })
	running.Go(func() { s.topics.Run(ctx) })
	s.onClose(func() error {
		cancel()
		running.Wait()
		return nil
	})
}

// listen opens all listeners before anything is built, so that a port in use is
// reported before that. The template needs the AWS endpoint's own port earlier; that
// it cannot listen is reported after what is wrong with the template and the data.
func (s *Stack) listen(ctx context.Context) error {
	if s.awsErr != nil {
		return s.awsErr
	}
	if err := s.listenDoors(ctx); err != nil {
		return err
	}
	return s.listenWeb(ctx)
}

// listenAt listens at an address, or takes over the socket of that name of the stack before:
// who connects meanwhile waits.
func (s *Stack) listenAt(ctx context.Context, socket, addr, flag string) (ln net.Listener, err error) {
	if k := s.opts.kept; k != nil && k.sockets[socket] != nil {
		ln, err = net.FileListener(k.sockets[socket])
	} else {
		ln, err = new(net.ListenConfig).Listen(ctx, "tcp", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%s picks another)", err, flag)
	}
	s.onClose(func() error {
		if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return ln, nil
}

// shutdownTime is how long current requests may take when the stack closes. The
// whole of Close takes at most two seconds.
const shutdownTime = 500 * time.Millisecond

// serve starts the servers of all listeners.
func (s *Stack) serve(context.Context) error {
	services := wire.Services{
		DynamoDB: s.tables, SQS: s.queues, CloudWatch: s.metrics, AutoScaling: s.scaling, SNS: s.topics,
	}
	if s.host != nil {
		services.Lambda, services.Mappings = s.host, s.mappings
	}
	endpoint := wire.New(services, wire.Options{
		Scope: s.opts.Scope, Keys: s.keys, Log: s.opts.Log, Metrics: s.sink,
		Forwards: s.opts.Forwards,
		Origins:  s.opts.Origins, Hosts: s.hosts(s.opts.AWSAddr), Held: s.opts.Held,
		Refused: s.refusedByService(),
	})
	s.goServe(func() error { return endpoint.Serve(s.aws) })
	s.onClose(func() error { return within(endpoint.Shutdown) }) //nolint:contextcheck // the stack outlives Start's context
	if err := s.serveDoors(); err != nil {                       //nolint:contextcheck // the same
		return err
	}
	s.servePage() //nolint:contextcheck // the same
	return nil
}

// hosts returns the names of a server, with that of the address at which it listens.
func (s *Stack) hosts(addr string) []webpage.Host {
	name, _, _ := net.SplitHostPort(addr) // listen has split it, if there is one
	var host webpage.Host
	if host.UnmarshalText([]byte(name)) != nil {
		return s.opts.Hosts // ":4566": all addresses
	}
	return append(slices.Clone(s.opts.Hosts), host)
}

// goServe runs a server until it is shut down. A server that ends earlier has
// failed, and its error goes to s.failed.
func (s *Stack) goServe(serve func() error) {
	s.serving.Go(func() {
		if err := serve(); err != nil {
			select {
			case s.failed <- err:
			default:
			}
		}
	})
}

// within calls shutdown with a deadline. Reaching the deadline is no error.
func within(shutdown func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// Failed returns a channel with the error of a server that ended by itself.
func (s *Stack) Failed() <-chan error { return s.failed }

// AWSURL returns the URL of the AWS endpoint.
func (s *Stack) AWSURL() string {
	if s.aws == nil {
		return "http://" + s.opts.AWSAddr
	}
	return "http://" + s.aws.Addr().String()
}

// Template returns the template that runs, nil if there is none.
func (s *Stack) Template() *template.Template { return s.template }

// Data returns the data folder, empty if the data is in memory.
func (s *Stack) Data() string { return s.data }

// Close ends everything, in the opposite order of Start. Later calls return the
// same error.
func (s *Stack) Close() error { return s.close() }

func (s *Stack) onClose(f func() error) { s.closers = append(s.closers, f) }

func (s *Stack) closeAll() error {
	var errs []error
	for _, f := range slices.Backward(s.closers) {
		errs = append(errs, f())
	}
	s.serving.Wait()
	return errors.Join(errs...)
}

func (s *Stack) say(format string, args ...any) {
	s.saying.Lock()
	defer s.saying.Unlock()
	fmt.Fprintf(s.opts.Out, format+"\n", args...)
}

// scratch returns a folder for built functions. If the data is in memory, the
// folder is removed with it.
func (s *Stack) scratch() (string, error) {
	if s.built != "" {
		return s.built, nil
	}
	if s.data != "" {
		return filepath.Join(s.data, "build"), nil
	}
	dir, err := os.MkdirTemp("", "lullaby-")
	if err != nil {
		return "", fmt.Errorf("build folder: %w", err)
	}
	return dir, nil
}

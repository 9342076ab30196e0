package poll

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
	"lullaby/watch"
)

// A Function is a function to which queues may be mapped.
type Function struct {
	Name    string
	Timeout time.Duration
}

// Options configure an Engine. The zero value changes states immediately.
type Options struct {
	Scope       arn.Scope            // of queues and functions
	Durations   mapping.Durations    // of states
	Assumptions *mapping.Assumptions // nil: mapping.Likely
	Metrics     watch.Sink           // from many goroutines at once; nil: watch.Discard
	Log         *slog.Logger         // nil: discarded
}

// An Engine is the event source mappings of an account and region. Make one with
// New. Safe for concurrent use.
type Engine struct {
	db        *storage.DB
	queues    *store.Engine
	invoker   lambda.Invoker
	functions map[string]*function // by name; not changed after New
	opts      Options

	wake chan struct{} // capacity 1; sent to after each change, for Run

	// mu guards what follows. It is held while the disk works: mappings change
	// rarely, and pollers do not need it.
	mu       sync.Mutex
	mappings mapping.Mappings
	declared map[string]bool // UUIDs of those that are not stored
}

// A function is a Function with what its mappings share.
type function struct {
	Function
	arn   string // without a qualifier
	meter *lambda.Meter
}

// New returns an engine with the mappings that are stored in db. It polls from Run
// on. The error is of storage.
func New(db *storage.DB, queues *store.Engine, invoker lambda.Invoker, functions []Function, o Options) (*Engine, error) {
	o.Scope = o.Scope.WithDefaults()
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{
		db: db, queues: queues, invoker: invoker, functions: map[string]*function{}, opts: o,
		wake: make(chan struct{}, 1), declared: map[string]bool{},
		mappings: mapping.Mappings{Scope: o.Scope, Durations: o.Durations},
	}
	for _, f := range functions {
		e.functions[f.Name] = &function{f, lambda.FunctionARN(o.Scope, f.Name, ""), lambda.NewMeter(o.Metrics, f.Name)}
	}
	return e, e.load()
}

// Declare adds a mapping that a template declares. It is not stored, and begins
// Enabled or Disabled. function is the name of its function; in may name an alias of
// it. The error is a *mapping.RefusalError.
func (e *Engine) Declare(now instant.Instant, uuid, function string, in *mapping.CreateEventSourceMappingInput) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := mapping.Function{Missing: true}
	if known := e.functions[function]; known != nil {
		f = mapping.Function{Name: function, ARN: *in.FunctionName, Timeout: known.Timeout}
	}
	if _, err := e.mappings.Declare(now, uuid, in, f, e.queue(*in.EventSourceArn)); err != nil {
		return err
	}
	e.declared[uuid] = true
	e.stir()
	return nil
}

// stir has Run look at the mappings.
func (e *Engine) stir() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Run polls until ctx ends. Then it ends receives and leaves invocations to their
// function's host. When it returns, all of its goroutines have ended. Call it once.
func (e *Engine) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	drivers := map[string]*driver{}
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		fresh, next := e.direct(instant.Of(time.Now()), drivers)
		for _, d := range fresh {
			running.Go(func() { d.run(ctx) })
		}
		if due.Stop(); !next.IsZero() {
			due.Reset(next.Sub(instant.Of(time.Now())))
		}
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		case <-due.C:
		}
	}
}

// direct brings the states of mappings up to now, and tells the drivers, by UUID,
// what is wanted of them. It returns the new ones, which do not run yet, and when a
// state ends next; zero: none does.
func (e *Engine) direct(now instant.Instant, drivers map[string]*driver) (fresh []*driver, next instant.Instant) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, next = e.mappings.Settle(now)
	all := e.mappings.All()
	for _, m := range all {
		d := drivers[m.UUID]
		if d == nil {
			d = e.newDriver(m)
			drivers[m.UUID] = d
			fresh = append(fresh, d)
		}
		d.want(m)
	}
	for uuid, d := range drivers {
		if !slices.ContainsFunc(all, func(m *mapping.Mapping) bool { return m.UUID == uuid }) {
			d.dismiss()
			delete(drivers, uuid)
		}
	}
	return fresh, next
}

// queue returns what requests need to know of a queue.
func (e *Engine) queue(queueARN string) mapping.Queue {
	s, ok := e.queues.Settings(queueARN)
	return mapping.Queue{FIFO: s.FIFO, Visibility: s.Visibility, Missing: !ok}
}

// function returns what requests need to know of the function that they name.
func (e *Engine) function(name string) mapping.Function {
	name, functionARN, err := lambda.Resolve(e.opts.Scope, name, "")
	f := e.functions[name]
	if err != nil || f == nil {
		return mapping.Function{Missing: true}
	}
	return mapping.Function{Name: name, ARN: functionARN, Timeout: f.Timeout}
}

// queuePath returns the path of the URL of a queue.
func queuePath(queueARN string) string {
	a, _ := request.ParseARN(queueARN)
	return request.URLPath(a.Scope.Account, a.Resource)
}

package host

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// A Host runs functions. It implements lambda.Invoker and is safe for
// concurrent use. One lock, mu, guards the account, the idle sandboxes and the
// state of every sandbox; no I/O happens under it. An output's lock and the
// log's are taken in this order and never together with mu.
type Host struct {
	options   Options
	functions map[string]*function // mu, but for New: Replace changes it

	log      *lineLog
	warden   *warden
	census   *census
	launcher *launcher
	events   *events

	life    context.Context // ends with Close
	end     context.CancelCauseFunc
	running sync.WaitGroup // the goroutines of sandboxes, of retire and of watchMemory
	closed  func() error   // the work of Close, done once

	mu struct {
		sync.Mutex
		account   *lambda.Account
		sandboxes map[*sandbox]struct{} // whose process is not yet reaped
		places    int                   // of MaxSandboxes that are taken
		promised  int64                 // bytes that starting sandboxes are expected to take
		admitted  int                   // sandboxes that makeRoom has let start, until they have ended
		leaving   int                   // sandboxes that makeRoom has ended, until they have
		changed   chan struct{}         // closed and replaced by wakeLocked
		complains time.Time             // when the log may next say that the machine is full
		closed    bool
	}
}

var _ lambda.Invoker = (*Host)(nil)

// A function is a Function with its state in the Host.
type function struct {
	Function
	environment []string // of all its processes
	prefix      string   // of its log lines
	memoryLimit int64    // bytes that all processes of a sandbox may take

	largest atomic.Int64 // bytes that all processes of a sandbox were seen to take; 0: none was seen

	meter    *lambda.Meter
	limits   *lambda.Function      // the Host's lock
	idle     lambda.Idle[*sandbox] // the Host's lock
	replaced bool                  // the Host's lock; another has its name
	starts   int64                 // of sandboxes, since New; the Host's lock
}

// New returns a Host for functions. It starts no process but the Warden. It
// returns an error for a function that AWS would refuse, and for a Warden that
// does not start.
func New(options Options, functions []Function) (*Host, error) {
	h := &Host{
		options:   options.withDefaults(),
		functions: map[string]*function{},
	}
	h.life, h.end = context.WithCancelCause(context.Background())
	h.mu.account = lambda.NewAccount(h.options.Limits)
	h.mu.sandboxes = map[*sandbox]struct{}{}
	h.mu.changed = make(chan struct{})
	for _, f := range functions {
		if err := h.add(f.withDefaults()); err != nil {
			return nil, err
		}
	}
	if h.options.AdoptOrphans {
		if err := adoptOrphans(); err != nil {
			return nil, fmt.Errorf("adopt the orphans of functions: %w", err)
		}
	}
	h.census = newCensus(random(16), h.options.AdoptOrphans)
	var err error
	if h.warden, err = startWarden(h.options.Warden, h.census); err != nil {
		return nil, fmt.Errorf("start the warden: %w", err)
	}
	h.log = newLineLog(h.options.Log)
	h.launcher = newLauncher()
	h.events = newEvents(h.perform, h.drop, h.options)
	h.closed = sync.OnceValue(h.close)
	h.running.Go(h.retire)
	h.running.Go(h.watchMemory)
	return h, nil
}

func (h *Host) add(f Function) error {
	made, err := h.describe(f)
	if err != nil {
		return err
	}
	if made.limits, err = h.mu.account.AddFunction(f.Name, f.ReservedConcurrency); err != nil {
		return fmt.Errorf("function %s: %w", f.Name, err)
	}
	made.meter = lambda.NewMeter(h.options.Metrics, f.Name)
	h.functions[f.Name] = made
	return nil
}

// describe returns a function without its meter and limits.
func (h *Host) describe(f Function) (*function, error) {
	if err := f.validate(); err != nil {
		return nil, err
	}
	var err error
	if f.Dir, err = filepath.Abs(f.Dir); err != nil { // a process runs there
		return nil, fmt.Errorf("function %s: %w", f.Name, err)
	}
	memoryLimit := allowedMemory(f.MemorySize)
	if h.options.IgnoreMemorySize {
		memoryLimit = math.MaxInt64
	}
	return &function{
		Function:    f,
		environment: h.options.environment(f),
		prefix:      f.Name + " | ",
		memoryLimit: memoryLimit,
		idle:        lambda.Idle[*sandbox]{Lifetime: h.options.IdleLifetime},
	}, nil
}

// Close ends all processes; callers whose invocations it interrupts get ErrClosed.
// It returns, within two seconds, when no goroutine and no process of the Host is
// left. It may be called more than once, also concurrently.
func (h *Host) Close() error { return h.closed() }

func (h *Host) close() error {
	h.end(ErrClosed)
	h.mu.Lock()
	h.mu.closed = true
	for s := range h.mu.sandboxes {
		h.haltLocked(s, halted)
	}
	h.mu.Unlock()
	h.events.close()
	h.running.Wait()
	h.census.end(h.census.mark)
	h.launcher.close()
	err := h.warden.close()
	h.log.close()
	return err
}

// retire stops sandboxes that have been idle for too long, until Close.
func (h *Host) retire() {
	due := time.NewTimer(h.options.IdleLifetime)
	defer due.Stop()
	for {
		select {
		case <-h.life.Done():
			return
		case <-due.C:
		}
		// A sandbox that becomes idle from now on does not expire before this.
		now := instant.Of(time.Now())
		next := now.Add(h.options.IdleLifetime)
		h.mu.Lock()
		for _, f := range h.functions {
			expired, at := f.idle.Expire(now)
			for _, s := range expired {
				h.haltLocked(s, halted)
			}
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		h.mu.Unlock()
		due.Reset(next.Sub(now))
	}
}

// note writes a line of the Host's own into the log.
func (h *Host) note(text string) { h.log.line("lullaby | ", text) }

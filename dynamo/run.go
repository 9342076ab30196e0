package dynamo

import (
	"context"
	"errors"
	"sync"
	"time"

	"lullaby/instant"
)

// tasks are the background tasks that Run has not started yet.
type tasks struct {
	mu      sync.Mutex
	waiting []task
	wake    chan struct{} // capacity 1; sent to after each append, never closed
}

// A task runs in a goroutine of its own and must return soon after ctx ends. If
// it never starts, drop releases its resources; nil: it has none.
type task struct {
	do   func(ctx context.Context)
	drop func() error
}

func newTasks() tasks { return tasks{wake: make(chan struct{}, 1)} }

// add queues a task, which Run starts at once if it runs.
func (ts *tasks) add(do func(ctx context.Context)) { ts.addHolding(do, nil) }

// addHolding queues a task with resources that drop releases if it never starts.
func (ts *tasks) addHolding(do func(ctx context.Context), drop func() error) {
	ts.mu.Lock()
	ts.waiting = append(ts.waiting, task{do, drop})
	ts.mu.Unlock()
	select {
	case ts.wake <- struct{}{}:
	default:
	}
}

// drop releases the resources of tasks that have not started.
func (ts *tasks) drop() error {
	var errs []error
	for _, t := range ts.take() {
		if t.drop != nil {
			errs = append(errs, t.drop())
		}
	}
	return errors.Join(errs...)
}

func (ts *tasks) take() []task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	taken := ts.waiting
	ts.waiting = nil
	return taken
}

// Run performs the background work of the engine until ctx ends: it completes
// changes of tables, fills new indexes, deletes expired items, counts items after
// a crash, measures idle minutes, and saves the state of capacity every ten
// seconds, so that a kill loses no more consumption than that. Without Run tables
// do not change, and with Options.Instant a change waits for it. When Run
// returns, all of its goroutines have ended. Call it once, and Close after it.
func (e *Engine) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { e.measureIdle(ctx) })
	if e.opts.Pessimistic {
		running.Go(func() { e.fallBehind(ctx) })
	}
	if !e.opts.Unlimited {
		running.Go(func() { e.keepBalances(ctx) })
	}
	for {
		for _, t := range e.tasks.take() {
			running.Go(func() { t.do(ctx) })
		}
		select {
		case <-ctx.Done():
			return
		case <-e.tasks.wake:
		}
	}
}

// every calls do at intervals of d until ctx ends.
func every(ctx context.Context, d time.Duration, do func(now instant.Instant)) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			do(instant.Of(now))
		}
	}
}

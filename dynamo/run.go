package dynamo

import (
	"context"
	"errors"
	"sync"
	"time"

	"lullaby/instant"
)

// tasks are what the engine has to do by itself, in goroutines of Run.
type tasks struct {
	mu      sync.Mutex
	waiting []task
	wake    chan struct{} // capacity 1; sent to after each append, never closed
}

// A task does its work in a goroutine of its own, and returns soon after ctx has
// ended. If Run ends before the task has begun, drop gives up what it holds; nil:
// nothing.
type task struct {
	do   func(ctx context.Context)
	drop func() error
}

func newTasks() tasks { return tasks{wake: make(chan struct{}, 1)} }

// add has Run begin a task, at once if Run is under way.
func (ts *tasks) add(do func(ctx context.Context)) { ts.addHolding(do, nil) }

// addHolding adds a task that holds something until it ends or is dropped.
func (ts *tasks) addHolding(do func(ctx context.Context), drop func() error) {
	ts.mu.Lock()
	ts.waiting = append(ts.waiting, task{do, drop})
	ts.mu.Unlock()
	select {
	case ts.wake <- struct{}{}:
	default:
	}
}

// drop gives up the tasks that have not begun.
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

// Run does what the engine does by itself until ctx ends: it carries changes of
// tables to their end, fills new indexes, deletes expired items, counts what a
// start after a crash has to count, measures idle minutes, and writes down every
// ten seconds what capacity remembers, so that a kill loses no more consumption
// than that. Without Run tables stay as they are, and with Options.Instant a
// change waits for it. When Run returns, nothing of it is under way any more.
// Call it once, and Close after it has returned.
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

// every calls do each time that another d has passed, until ctx ends.
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

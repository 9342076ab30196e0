package dynamo

import (
	"context"
	"sync"
	"time"
)

// tasks are what the engine has to do by itself, in goroutines of Run.
type tasks struct {
	mu      sync.Mutex
	waiting []func(context.Context)
	wake    chan struct{} // capacity 1; sent to after each append, never closed
}

func newTasks() tasks { return tasks{wake: make(chan struct{}, 1)} }

// add has Run perform a task in a goroutine of its own, when it begins if it has
// not. A task returns soon after its context has ended.
func (ts *tasks) add(task func(context.Context)) {
	ts.mu.Lock()
	ts.waiting = append(ts.waiting, task)
	ts.mu.Unlock()
	select {
	case ts.wake <- struct{}{}:
	default:
	}
}

func (ts *tasks) take() []func(context.Context) {
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
		for _, task := range e.tasks.take() {
			running.Go(func() { task(ctx) })
		}
		select {
		case <-ctx.Done():
			return
		case <-e.tasks.wake:
		}
	}
}

// every calls do at each instant that is a multiple of d after the start, until
// ctx ends.
func every(ctx context.Context, d time.Duration, do func(now time.Time)) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			do(now)
		}
	}
}

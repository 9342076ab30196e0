package store

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"time"

	"lullaby/autoscale"
	"lullaby/instant"
	"lullaby/watch"
)

// Run runs scheduled actions, carries out orders, and follows what becomes of tables,
// until ctx ends. Call it once, when the tables are there.
func (e *Engine) Run(ctx context.Context) {
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.todo.wake:
		case <-due.C:
		}
		next := e.step(ctx, instant.Of(time.Now()))
		if due.Stop(); !next.IsZero() {
			due.Reset(min(next.Sub(instant.Of(time.Now())), noticing))
		}
	}
}

// noticing is how long Run waits at most for what is due by the clock, which may be set
// meanwhile, and which goes on while the machine sleeps.
const noticing = time.Minute

// looking is how long a table that changes waits for the next look, if its end is not
// told: that of its creation is not.
const looking = time.Second

// mending is how long alarms that could not be replaced wait for the next try.
const mending = time.Minute

// step does what there is to do at now, and returns when to come again if nothing else
// calls; zero: never.
func (e *Engine) step(ctx context.Context, now instant.Instant) (next instant.Instant) {
	e.wake(now)
	tables, orders := e.todo.take()
	maps.Copy(tables, e.again)
	clear(e.again)
	for _, o := range orders {
		e.begin(ctx, now, o)
		tables[o.Resource.Table()] = true // nobody tells of what it has already
	}
	for table := range tables {
		if changing := e.look(now, table); changing {
			e.again[table] = true
		}
	}
	e.mu.Lock()
	next, stale := e.scaler.Next(now), e.stale
	e.mu.Unlock()
	if len(e.again) > 0 {
		next = sooner(next, now.Add(looking))
	}
	if stale {
		e.complain("replace alarms", e.mend(now))
		next = sooner(next, now.Add(mending))
	}
	return next
}

func sooner(a, b instant.Instant) instant.Instant {
	if a.IsZero() || b < a {
		return b
	}
	return a
}

// wake lets the model do what is due.
func (e *Engine) wake(now instant.Instant) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.complain("scale", e.apply(now, e.scaler.Wake(now), goesOn))
}

// begin asks the table for what an order wants, unless it has that already.
func (e *Engine) begin(ctx context.Context, now instant.Instant, o autoscale.Order) {
	var err error
	if units, changing, _ := e.tables.Units(now, o.Resource); units != o.Units || changing {
		err = e.tables.SetUnits(ctx, now, o.Resource, o.Units)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil {
		e.complain("scale", e.apply(now, e.scaler.Finish(now, o.Activity, err), goesOn))
		return
	}
	e.flying[o.Activity] = o
}

// look sees what a table has now, and whether orders are done. It reports whether a target
// is about to change.
func (e *Engine) look(now instant.Instant, table string) (changing bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.resourcesOf(table) {
		units, is, err := e.tables.Units(now, r)
		if err == nil && is {
			changing = true
			continue
		}
		e.complain("scale", e.apply(now, e.scaler.Provisioned(now, r, units), goesOn))
		for activity, o := range e.flying {
			if o.Resource != r {
				continue
			}
			delete(e.flying, activity)
			if err == nil && units != o.Units {
				err = errSuperseded
			}
			e.complain("scale", e.apply(now, e.scaler.Finish(now, activity, err), goesOn))
		}
	}
	return changing
}

// errSuperseded is what became of an order if its table has other units in the end, as
// after a template was declared.
var errSuperseded = errors.New("the table was changed to other units meanwhile")

// resourcesOf returns the resources of a table that are targets, or have orders under
// way. The caller holds mu.
func (e *Engine) resourcesOf(table string) []autoscale.Resource {
	var all []autoscale.Resource
	for _, t := range e.scaler.Targets() {
		if t.Resource.Table() == table {
			all = append(all, t.Resource)
		}
	}
	for _, o := range e.flying {
		if _, target := e.scaler.Target(o.Resource); !target && o.Resource.Table() == table {
			all = append(all, o.Resource)
		}
	}
	return all
}

// Act does what an alarm asks for that names a policy among its actions. The error is a
// refusal, or of storage.
func (e *Engine) Act(policyARN string, event *watch.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	effects, err := e.scaler.Act(event.At, policyARN, event)
	if err != nil {
		return err
	}
	return e.apply(event.At, effects, goesOn)
}

func (e *Engine) complain(what string, err error) {
	if err != nil {
		e.opts.Log.Error("application auto scaling", slog.String("task", what), slog.Any("error", err))
	}
}

package dynamo

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/storage"
	"lullaby/watch"
)

// Options for New. The zero value is AWS's behaviour.
type Options struct {
	Scope     arn.Scope    // of the tables, as ARNs and answers name it
	Unlimited bool         // nothing is refused for want of capacity or above a quota of tables; units are still counted
	Instant   bool         // tables are made and deleted by the time of the answer
	Log       *slog.Logger // nil: discarded

	// Pessimistic takes the strict end of what AWS leaves open: eventually
	// consistent reads are stale.
	Pessimistic bool

	// Metrics takes the samples of tables, indexes and items, from many goroutines
	// at once; nil: watch.Discard.
	Metrics watch.Sink
}

// An Engine holds tables and answers for them. Every operation is handed now, the
// instant at which its request began: the verdict of capacity, the samples and
// the stream record are of that instant. Only Run reads the clock.
//
// Locks, taken in this order: ddl, for the life of tables and streams; key
// locks, through one write, those of a transaction in the order of their keys;
// then, for an instant and never together, a stream's log or a table's capacity,
// those of a transaction's tables in the order of ids. The maps of tables and
// streams are read without a lock.
type Engine struct {
	db     *storage.DB
	opts   Options
	rules  plan.Rules
	tables sync.Map   // name -> *table, those being deleted included
	ddl    sync.Mutex // writers of tables and streams, and lastID
	lastID uint64     // of a table, never used twice

	streams sync.Map // ARN -> *tableStream
	tokens  sync.Map // of transactions under way -> true

	sizes *sizes // of items

	stale *stale // nil unless Pessimistic
	tasks tasks  // for Run
	close func() error
}

// New returns the engine of the tables in db.
func New(db *storage.DB, o Options) (*Engine, error) {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	e := &Engine{db: db, opts: o, sizes: newSizes(), tasks: newTasks()}
	e.rules = plan.Rules{Region: o.Scope.Region, Unlimited: o.Unlimited, Durations: plan.Real}
	if o.Instant {
		e.rules.Durations = plan.Durations{}
	}
	e.close = sync.OnceValue(e.closeAll)
	if err := e.load(instant.Of(time.Now())); err != nil {
		return nil, errors.Join(fmt.Errorf("load tables: %w", err), e.tasks.drop())
	}
	if o.Pessimistic {
		e.stale = newStale(db)
	}
	return e, nil
}

// Close writes down what the tables hold, so that the next start need not
// count, and what their capacity remembers. Run must have returned; no other
// call may be under way or follow, but for another Close. The store stays open.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) closeAll() error {
	now := instant.Of(time.Now())
	errs := []error{e.tasks.drop(), e.saveBalances(now), e.stale.close()}
	for _, t := range e.all(now) {
		if t.gone.Load() != 0 {
			continue // another may have its name before these are read
		}
		t.tallies(func(name string, n *tally) {
			if n.counted.Load() {
				errs = append(errs, e.saveCounts(name, n))
			}
		})
	}
	return errors.Join(errs...)
}

// table returns a table that takes requests for items, by its name or ARN.
func (e *Engine) table(now instant.Instant, name string) (*table, error) {
	t, err := e.known(now, request.BareName(name))
	if err != nil || !t.takesItems(now) {
		return nil, refusal.New(refusal.NotFound, "Requested resource not found")
	}
	return t, nil
}

// known returns a table in whatever state.
func (e *Engine) known(now instant.Instant, name string) (*table, error) {
	if t, ok := e.tables.Load(name); ok {
		if t, ok := t.(*table); ok && t.status(now) != statusGone {
			return t, nil
		}
	}
	return nil, refusal.New(refusal.NotFound, "Requested resource not found: Table: "+name+" not found")
}

// all returns the tables that are not gone, in no order.
func (e *Engine) all(now instant.Instant) []*table {
	var ts []*table
	e.tables.Range(func(_, v any) bool {
		if t, ok := v.(*table); ok && t.status(now) != statusGone {
			ts = append(ts, t)
		}
		return true
	})
	return ts
}

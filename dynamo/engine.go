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

// Options configure an Engine. The zero value is the behaviour of AWS.
type Options struct {
	Scope     arn.Scope    // partition, region and account of the tables
	Unlimited bool         // no throttling and no quotas of tables; units are still counted
	Instant   bool         // changes of tables complete before the operation returns
	Log       *slog.Logger // nil: discarded

	// Pessimistic chooses the strict end where AWS documents a range: eventually
	// consistent reads are stale, and bursts are small.
	Pessimistic bool

	// Drained has new tables and indexes begin without burst; see Drain.
	Drained bool

	// Metrics receives the samples of tables and indexes, from many goroutines at
	// once; nil: watch.Discard.
	Metrics watch.Sink

	// Changed is told the name of each table that is made, changes or goes, when that is
	// durable. It is called with ddl held, by one goroutine at a time: it returns soon and
	// calls nothing of the engine. Nil: nobody is told.
	Changed func(table string)
}

// An Engine holds tables and performs operations on them. It is safe for
// concurrent use. Every operation receives now, the instant at which its request
// began; throttling, samples and stream records use that instant. Besides Run,
// only New and Close read the clock.
//
// Locks, in the order of acquisition: ddl, which serializes changes of tables and
// streams; then key locks, held for one write, those of a transaction in the
// order of their keys; then, briefly and never both, the lock of a stream's log
// or of a table's capacity, those of a transaction's tables in the order of their
// ids. The maps of tables and streams are read without a lock.
type Engine struct {
	db     *storage.DB
	opts   Options
	rules  plan.Rules
	tables sync.Map   // name -> *table; includes tables that are being deleted
	ddl    sync.Mutex // guards lastID and changes of tables and streams
	lastID uint64     // the last id of a table, index or stream; never reused

	streams sync.Map // ARN -> *tableStream
	tokens  sync.Map // ClientRequestToken of a running transaction -> true

	sizes *sizes // of items

	stale *stale // nil unless Pessimistic
	tasks tasks  // for Run
	close func() error
}

// New returns an engine on the tables of db, which stays open after Close. The
// error is of storage.
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

// Close saves the totals of tables, so that the next start need not count, and
// the state of capacity. Run must have returned, and no operation may run during
// or after Close. Later calls return the first error. The error is of storage.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) closeAll() error {
	now := instant.Of(time.Now())
	errs := []error{e.tasks.drop(), e.saveBalances(now), e.stale.close()}
	for _, t := range e.all(now) {
		if t.gone.Load() != 0 {
			continue // its name may belong to another table before these are read
		}
		t.tallies(func(name string, n *tally) {
			if n.counted.Load() {
				errs = append(errs, e.saveCounts(name, n))
			}
		})
	}
	return errors.Join(errs...)
}

// table returns the table of a name or ARN if it accepts operations on items. The
// error is a refusal.NotFound.
func (e *Engine) table(now instant.Instant, name string) (*table, error) {
	t, err := e.known(now, name)
	if err != nil || !t.takesItems(now) {
		return nil, refusal.New(refusal.NotFound, "Requested resource not found")
	}
	return t, nil
}

// known returns the table of a name or ARN in any state, until its deletion ends.
// An ARN of another region or account is none of the engine's
// (docs/aws/tables.md#arns-as-names). The error is a refusal.NotFound.
func (e *Engine) known(now instant.Instant, name string) (*table, error) {
	bare := request.BareName(name)
	if t, ok := e.tables.Load(bare); ok {
		if t, ok := t.(*table); ok && t.status(now) != statusGone && t.called(name) {
			return t, nil
		}
	}
	return nil, refusal.New(refusal.NotFound, "Requested resource not found: Table: "+bare+" not found")
}

// all returns the tables whose deletion has not ended, in no order.
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

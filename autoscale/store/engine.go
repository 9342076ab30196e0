package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"lullaby/autoscale"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/internal/uuid"
	"lullaby/storage"
	"lullaby/watch"
)

// Tables are what is scaled.
type Tables interface {
	// Units returns the units of a resource that are in force, 0 if it is on demand or is
	// being made, and whether they are about to change. The error is ErrNoResource, or of
	// storage.
	Units(now instant.Instant, r autoscale.Resource) (units int64, changing bool, err error)

	// SetUnits begins to change the units, as UpdateTable does, and leaves those of the
	// other direction. The error is autoscale.ErrBusy, or a refusal for the activity.
	SetUnits(ctx context.Context, now instant.Instant, r autoscale.Resource, units int64) error
}

// ErrNoResource is returned for a table or an index that is not there.
var ErrNoResource = errors.New("there is no such table or index")

// Alarms are where policies have their alarms.
type Alarms interface {
	// Replace deletes alarms, of which some may not exist, and makes others.
	Replace(now instant.Instant, deleted []string, made []watch.MetricAlarm) error

	// ActingOn returns the names of alarms that have an action whose ARN begins with a
	// text.
	ActingOn(prefix string) []string
}

// Options configure an Engine.
type Options struct {
	Scope   arn.Scope // of targets and policies
	Assumed autoscale.Assumptions
	Log     *slog.Logger // nil: discarded
}

// An Engine is the scalable targets of an account in a region. Make one with New. Safe
// for concurrent use.
type Engine struct {
	db     *storage.DB
	tables Tables
	alarms Alarms
	opts   Options

	// mu guards what follows. It is held while the disk works and alarms are replaced, so
	// that both see changes in one order: targets change rarely. Whoever holds a lock of
	// the tables or the alarms does not wait for it.
	mu     sync.Mutex
	scaler *autoscale.Scaler
	stale  bool                       // the alarms may differ from those of the policies
	flying map[string]autoscale.Order // by activity: what a table has taken and is not in force yet

	todo  todo
	again map[string]bool // of Run alone: tables that are about to change
}

// todo is what waits for Run. Its lock is held for moments only, so that whoever changes
// a table can tell of it.
type todo struct {
	mu     sync.Mutex
	tables map[string]bool // that changed
	orders []autoscale.Order
	wake   chan struct{} // capacity 1; sent to after each change, never closed
}

// New returns the engine of what db has, and makes alarms agree with it. The error is of
// storage.
func New(db *storage.DB, tables Tables, alarms Alarms, now instant.Instant, o Options) (*Engine, error) {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{db: db, tables: tables, alarms: alarms, opts: o, flying: map[string]autoscale.Order{}, again: map[string]bool{}}
	e.todo.tables, e.todo.wake = map[string]bool{}, make(chan struct{}, 1)
	if err := e.load(); err != nil {
		return nil, fmt.Errorf("load scalable targets: %w", err)
	}
	for _, t := range e.scaler.Targets() {
		e.Changed(t.Resource.Table()) // it may have, while nobody saw it
	}
	e.complain("replace alarms", e.mend(now)) // Run tries again
	return e, nil
}

// load makes the model of what the disk has. The caller holds mu.
func (e *Engine) load() error {
	s := &autoscale.Scaler{Assumed: e.opts.Assumed, Scope: e.opts.Scope, NewID: uuid.New}
	if err := restore(e.db, s); err != nil {
		return err
	}
	e.scaler = s
	return nil
}

// Changed tells that a table was made, was changed, or is gone. It waits for nothing.
func (e *Engine) Changed(table string) {
	e.todo.mu.Lock()
	e.todo.tables[table] = true
	e.todo.mu.Unlock()
	e.stir()
}

// order has Run carry out orders.
func (e *Engine) order(orders []autoscale.Order) {
	if len(orders) == 0 {
		return
	}
	e.todo.mu.Lock()
	e.todo.orders = append(e.todo.orders, orders...)
	e.todo.mu.Unlock()
	e.stir()
}

// stir has Run look what there is to do.
func (e *Engine) stir() {
	select {
	case e.todo.wake <- struct{}{}:
	default:
	}
}

// take returns what waits for Run.
func (t *todo) take() (tables map[string]bool, orders []autoscale.Order) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tables, orders = t.tables, t.orders
	t.tables, t.orders = map[string]bool{}, nil
	return tables, orders
}

package dynamo

import (
	"context"
	"log/slog"
	"time"

	"lullaby/dynamo/plan"
	"lullaby/instant"
	"lullaby/storage"
)

// replace is replaceIn for a request: a full disk refuses it.
func (e *Engine) replace(t *table, d description, spec *wantedStream, now instant.Instant) error {
	return e.replaceIn(e.db.NewBatch(), t, d, spec, now)
}

// complete is replaceIn for what a request has begun: a full disk does not refuse
// it.
func (e *Engine) complete(t *table, d description, now instant.Instant) error {
	b := e.db.NewBatch()
	b.UseReserve()
	return e.replaceIn(b, t, d, nil, now)
}

// replaceIn commits b with a changed description of a table and the stream of spec,
// publishes both, and sets the capacity. It deletes the entries of removed
// indexes; a write that had found such an index may still commit after that,
// under an id that is never reused. The caller holds ddl. The error is of
// storage; nothing is published then.
func (e *Engine) replaceIn(b *storage.Batch, t *table, d description, spec *wantedStream, now instant.Instant) error {
	changed, err := e.changeStream(b, t, &d, spec, now)
	if err != nil {
		return closing(b, err)
	}
	if err := e.save(b, d); err != nil {
		return closing(b, err)
	}
	old := t.desc.Load()
	for name, x := range old.indexes {
		if p := d.plan.Index(name); p == nil || p.Phase == plan.Deleting || d.indexes[name].ID != x.ID {
			lower, upper := keyRange(x.ID)
			b.DeleteRange(lower, upper)
		}
	}
	if err := b.Commit(); err != nil {
		return err
	}
	t.adopt(&d, now)
	changed()
	t.provisionAs(&d, now)
	e.tell(t)
	return nil
}

// tell says that a table is another.
func (e *Engine) tell(t *table) {
	if e.opts.Changed != nil {
		e.opts.Changed(t.name)
	}
}

// carryOn has Run complete the changes in progress of t. It closes the channel
// when they are complete, or when another task follows t.
func (e *Engine) carryOn(t *table) (done <-chan struct{}) {
	ended := make(chan struct{})
	e.tasks.add(func(ctx context.Context) {
		defer close(ended)
		e.follow(ctx, t)
	})
	return ended
}

// finish is carryOn, and with Options.Instant waits until the changes are
// complete or ctx ends.
func (e *Engine) finish(ctx context.Context, t *table) {
	done := e.carryOn(t)
	if !e.opts.Instant {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// follow applies the changes of t when they are due. It returns when none is
// left, when another task follows t, or when ctx ends.
func (e *Engine) follow(ctx context.Context, t *table) {
	if !e.claim(t) {
		return
	}
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		next, more := e.advance(t, instant.Of(time.Now()))
		if !more {
			return
		}
		if !next.IsZero() {
			wait.Reset(next.Sub(instant.Of(time.Now())))
		}
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		case <-t.wake:
		}
	}
}

// claim makes the caller the follower of t, or reports false and wakes the
// present one.
func (e *Engine) claim(t *table) bool {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if t.followed {
		t.wakeFollower()
		return false
	}
	t.followed = true
	return true
}

// wakeFollower has the follower of t look for changes again. The caller holds
// ddl.
func (t *table) wakeFollower() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// advance applies the changes of t that are due at now, and starts backfills and
// sweeps. next is the instant of the next change, zero if only the end of a
// backfill can bring it. more is false when no change is left, and t has no
// follower then.
func (e *Engine) advance(t *table, now instant.Instant) (next instant.Instant, more bool) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if t.gone.Load() != 0 {
		t.followed = false
		return 0, false
	}
	d := t.desc.Load().clone()
	settled, next := d.settle(now)
	if settled {
		if err := e.complete(t, d, now); err != nil {
			// The change is in storage: the next start completes it.
			if unlogged(err) {
				e.opts.Log.Error("change table", slog.String("table", t.name), slog.Any("error", err))
			}
			t.followed = false
			return 0, false
		}
	}
	backfilling := false
	for i := range d.plan.Indexes {
		if x := &d.plan.Indexes[i]; x.Phase == plan.Backfilling && !x.Filled {
			backfilling = true
			e.backfill(t, t.indexByID(d.indexes[x.IndexName].ID))
		}
	}
	if d.TTL.Enabled {
		e.sweep(t)
	}
	more = !next.IsZero() || backfilling
	t.followed = more
	return next, more
}

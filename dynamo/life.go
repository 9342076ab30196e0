package dynamo

import (
	"context"
	"log/slog"
	"time"

	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// replace writes a changed description of a table down and puts it to work,
// with the capacity that it gives. What indexes hold that are no longer at work
// is deleted; a write that found one of them may still land behind that, under
// an id that is never used again. The caller holds ddl.
func (e *Engine) replace(t *table, d description, spec *wantedStream, now instant.Instant) error {
	b := e.db.NewBatch()
	changed, err := e.changeStream(b, t, spec, now)
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
	return nil
}

// carryOn has Run carry what is under way in t to its end. The channel is closed
// when it has come to that, or another task will see to it.
func (e *Engine) carryOn(t *table) (done <-chan struct{}) {
	ended := make(chan struct{})
	e.tasks.add(func(ctx context.Context) {
		defer close(ended)
		e.follow(ctx, t)
	})
	return ended
}

// finish does the same, and waits for it if tables change instantly.
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

// follow carries out what is under way in t as it comes due. It returns when
// nothing is left, when another task follows t already, or when ctx ends.
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

// claim reports whether t was not followed; otherwise it tells who does.
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

// tell lets who follows t look at it again. The caller holds ddl.
func (t *table) wakeFollower() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// advance carries out what is due in t at now, and begins backfills and sweeps. It returns
// when it is to be called again, zero if only when told, and whether at all.
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
		if err := e.replace(t, d, nil, now); err != nil {
			// What is under way is in storage: the next start carries it on.
			e.opts.Log.Error("change table", slog.String("table", t.name), slog.Any("error", err))
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

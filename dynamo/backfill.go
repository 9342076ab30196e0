package dynamo

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/storage"
)

// fillBatch is how many items backfill locks and commits together. It is small so
// that no writer waits long.
const fillBatch = 64

// fillAgain is how long a backfill waits after the disk was full.
const fillAgain = 5 * time.Second

// backfill starts a task that fills ix, unless one runs. Writers have maintained
// the index since its creation, so only entries of older items are missing. The
// caller holds ddl.
func (e *Engine) backfill(t *table, ix *index) {
	if ix.beingFilled {
		return
	}
	ix.beingFilled = true
	e.tasks.add(func(ctx context.Context) {
		err := e.fill(ctx, t, ix)
		for errors.Is(err, storage.ErrNoRoom) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(fillAgain):
				err = e.fill(ctx, t, ix)
			}
		}
		if err != nil {
			if unlogged(err) {
				e.opts.Log.Error("backfill", slog.String("table", t.name), slog.String("index", ix.name), slog.Any("error", err))
			}
			return
		}
		if ctx.Err() == nil {
			e.filled(t, ix)
		}
	})
}

// filled marks an index as complete and wakes the follower of its table.
func (e *Engine) filled(t *table, ix *index) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	d := t.desc.Load().clone()
	x := d.plan.Index(ix.name)
	if x == nil || d.indexes[ix.name].ID != ix.id || !x.Creating() {
		return // deleted meanwhile
	}
	ix.filling.Store(false)
	x.Filled = true
	if err := e.complete(t, d, instant.Of(time.Now())); err != nil {
		if unlogged(err) {
			e.opts.Log.Error("backfill", slog.String("table", t.name), slog.String("index", ix.name), slog.Any("error", err))
		}
		return
	}
	t.wakeFollower()
}

// fill writes the entries of all items that are in the table once every writer
// knows the index. It ends early when ctx ends or the index is deleted. The error
// is of storage.
func (e *Engine) fill(ctx context.Context, t *table, ix *index) error {
	t.locks.drain()
	before := e.db.Snapshot()
	lower, upper := keyRange(t.id)
	var keys [][]byte
	err := before.Scan(lower, upper, func(key, _ []byte) (bool, error) {
		if keys = append(keys, bytes.Clone(key)); len(keys) < fillBatch {
			return true, nil
		}
		err := e.fillItems(t, ix, keys)
		keys = keys[:0]
		return ctx.Err() == nil && t.indexByID(ix.id) != nil, err
	})
	if err == nil {
		err = e.fillItems(t, ix, keys)
	}
	return errors.Join(err, before.Close())
}

// fillItems writes the entries of items in their current state. Keys must be in
// ascending order, since fillItems locks them one after the other.
func (e *Engine) fillItems(t *table, ix *index, keys [][]byte) error {
	b := e.db.NewBatch()
	var entries []stored
	for _, key := range keys {
		defer t.locks.await(key).unlock()
		item, err := read(e.db, key, true)
		if err != nil {
			return closing(b, err)
		}
		if !item.found {
			continue
		}
		made, err := ix.entry(t.schema, &item)
		if err != nil {
			return closing(b, err)
		}
		missing, err := lacks(e.db, made.key)
		if err != nil {
			return closing(b, err)
		}
		if missing {
			b.Set(made.key, made.record)
			made.record = nil
			entries = append(entries, made.stored)
		}
	}
	if err := b.Commit(); err != nil {
		return err
	}
	now := instant.Of(time.Now())
	for _, made := range entries {
		ix.count(stored{}, made)
		ix.meter.Backfill(now, capacity.WriteCost(0, made.size))
	}
	return nil
}

// lacks reports whether an index has no entry of a storage key. It is false for the
// nil key.
func lacks(db storage.Reader, key []byte) (bool, error) {
	if key == nil {
		return false, nil
	}
	have, err := read(db, key, false)
	return !have.found, err
}

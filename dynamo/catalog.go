package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"lullaby/instant"
	"lullaby/storage"
)

// The kinds of keys of the catalogue in storage. A table's description is stored
// under its name. Close stores totals under the name of their table or index and
// the next start removes them, so after a crash there are none and the start
// counts.
const (
	descriptions = "d"
	totals       = "n"
	lastIDs      = "i"
	streams      = "s" // descriptions of streams, by ARN
	capacities   = "c" // state of capacity, by table name
)

func catalogKey(kind, name string) []byte {
	return append([]byte{storage.Tables}, kind+name...)
}

type counts struct{ Items, Bytes int64 }

func (e *Engine) load(now instant.Instant) error {
	var found []description
	lower, upper := catalogKey(descriptions, ""), catalogKey(descriptions, "\xff")
	err := e.db.Scan(lower, upper, func(_, value []byte) (bool, error) {
		var d description
		err := json.Unmarshal(value, &d)
		found = append(found, d)
		return true, err
	})
	if err != nil {
		return err
	}
	if _, err := e.db.Get(catalogKey(lastIDs, ""), func(v []byte) error { return json.Unmarshal(v, &e.lastID) }); err != nil {
		return err
	}
	b := e.db.NewBatch()
	b.UseReserve()
	for _, d := range found {
		if d.Deleting {
			b.Delete(catalogKey(descriptions, d.plan.TableName))
			continue
		}
		t := e.newTable(d, now)
		errs := []error{e.loadBalances(t, now)}
		t.tallies(func(name string, n *tally) { errs = append(errs, e.loadCounts(name, n, b)) })
		if err := errors.Join(errs...); err != nil {
			return errors.Join(err, b.Close())
		}
		e.tables.Store(d.plan.TableName, t)
	}
	if err := e.loadStreams(b, now); err != nil {
		return errors.Join(err, b.Close())
	}
	if err := b.Commit(); err != nil {
		return err
	}
	for _, t := range e.all(now) {
		e.carryOn(t)
	}
	return nil
}

// loadCounts restores the totals that Close saved, or starts a recount in the
// background.
func (e *Engine) loadCounts(name string, n *tally, b *storage.Batch) error {
	key := catalogKey(totals, name)
	var c counts
	ok, err := e.db.Get(key, func(v []byte) error { return json.Unmarshal(v, &c) })
	if err != nil {
		return fmt.Errorf("totals of %q: %w", name, err)
	}
	if ok {
		b.Delete(key)
		n.items.Store(c.Items)
		n.bytes.Store(c.Bytes)
		n.counted.Store(true)
		return nil
	}
	// No write happens before load returns: the snapshot, and the changes that
	// count adds from now on, are the total.
	before := e.db.Snapshot()
	e.tasks.addHolding(func(ctx context.Context) { e.recount(ctx, name, n, before) }, before.Close)
	return nil
}

// recount adds the items of a snapshot to the totals, and closes the snapshot.
func (e *Engine) recount(ctx context.Context, name string, n *tally, before *storage.Snapshot) {
	var c counts
	lower, upper := keyRange(n.id)
	err := before.Scan(lower, upper, func(_, record []byte) (bool, error) {
		size, _, err := recordSize(record)
		c.Items++
		c.Bytes += size
		return ctx.Err() == nil, err
	})
	if err := errors.Join(err, before.Close()); err != nil {
		if unlogged(err) {
			e.opts.Log.Error("recount", slog.String("table", name), slog.Any("error", err))
		}
		return
	}
	if ctx.Err() != nil {
		return
	}
	n.items.Add(c.Items)
	n.bytes.Add(c.Bytes)
	n.counted.Store(true)
}

func (e *Engine) saveCounts(name string, n *tally) error {
	value, err := json.Marshal(counts{n.items.Load(), n.bytes.Load()})
	if err != nil {
		return err
	}
	b := e.db.NewBatch()
	b.UseReserve()
	b.Set(catalogKey(totals, name), value)
	return b.Commit()
}

// save stores the description of a table, and the last id that was assigned.
func (e *Engine) save(b *storage.Batch, d description) error {
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	id, err := json.Marshal(e.lastID)
	if err != nil {
		return err
	}
	b.Set(catalogKey(descriptions, d.plan.TableName), value)
	b.Set(catalogKey(lastIDs, ""), id)
	return nil
}

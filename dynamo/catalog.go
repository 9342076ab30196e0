package dynamo

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lullaby/storage"
)

// The catalogue in storage: a table's description under its name, its totals
// under its id. Totals are written by Close and removed by the next start, so
// that a start after a crash finds none and counts.
const (
	descriptions = "d"
	totals       = "n"
	lastIDs      = "i"
)

func catalogKey(kind, name string) []byte {
	return append([]byte{storage.Tables}, kind+name...)
}

type counts struct{ Items, Bytes int64 }

func (e *Engine) load(now time.Time) error {
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
	for _, d := range found {
		if d.Deleting {
			b.Delete(catalogKey(descriptions, d.TableName))
			continue
		}
		t := e.newTable(d, now)
		if err := e.loadCounts(t, b); err != nil {
			return errors.Join(err, b.Close())
		}
		e.tables.Store(d.TableName, t)
	}
	return b.Commit()
}

// loadCounts takes over the totals that Close left, or counts in the background.
func (e *Engine) loadCounts(t *table, b *storage.Batch) error {
	key := catalogKey(totals, t.name)
	var c counts
	ok, err := e.db.Get(key, func(v []byte) error { return json.Unmarshal(v, &c) })
	if err != nil {
		return fmt.Errorf("totals of table %q: %w", t.name, err)
	}
	if ok {
		b.Delete(key)
		t.items.Store(c.Items)
		t.bytes.Store(c.Bytes)
		t.counted.Store(true)
		return nil
	}
	// Nobody writes before load returns, so the snapshot and the changes that
	// count adds from now on make the whole.
	before := e.db.Snapshot()
	e.counting.Go(func() { e.recount(t, before) })
	return nil
}

// recount adds what before holds of t to its totals.
func (e *Engine) recount(t *table, before *storage.Snapshot) {
	var c counts
	lower, upper := keyRange(t.id)
	err := before.Scan(lower, upper, func(_, record []byte) (bool, error) {
		size, _, err := recordSize(record)
		c.Items++
		c.Bytes += size
		select {
		case <-e.closing:
			return false, err
		default:
			return true, err
		}
	})
	if err := errors.Join(err, before.Close()); err != nil {
		e.opts.Log.Error("recount table", slog.String("table", t.name), slog.Any("error", err))
		return
	}
	select {
	case <-e.closing:
		return
	default:
	}
	t.items.Add(c.Items)
	t.bytes.Add(c.Bytes)
	t.counted.Store(true)
}

func (e *Engine) saveCounts(t *table) error {
	value, err := json.Marshal(counts{t.items.Load(), t.bytes.Load()})
	if err != nil {
		return err
	}
	b := e.db.NewBatch()
	b.Set(catalogKey(totals, t.name), value)
	return b.Commit()
}

// save writes the description of a table, and of a new one its id.
func (e *Engine) save(b *storage.Batch, d description) error {
	value, err := json.Marshal(d)
	if err != nil {
		return err
	}
	id, err := json.Marshal(e.lastID)
	if err != nil {
		return err
	}
	b.Set(catalogKey(descriptions, d.TableName), value)
	b.Set(catalogKey(lastIDs, ""), id)
	return nil
}

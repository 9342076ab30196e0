package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
)

// balancesEvery is the interval at which the state of capacity is saved: a kill
// loses at most that much consumption.
const balancesEvery = 10 * time.Second

// balances are the saved state of the capacity of a table and its global indexes.
type balances struct {
	Table   capacity.State
	Indexes map[string]capacity.State `json:",omitempty"` // by name
}

// keepBalances saves the state of capacity every balancesEvery until ctx ends.
// Close saves it once more.
func (e *Engine) keepBalances(ctx context.Context) {
	every(ctx, balancesEvery, func(now instant.Instant) {
		if err := e.saveBalances(now); err != nil && unlogged(err) {
			e.opts.Log.Error("write down capacity", slog.Any("error", err))
		}
	})
}

// saveBalances saves the capacity of every table that was charged since the last
// save, and updates the capacity's record of the table's size.
func (e *Engine) saveBalances(now instant.Instant) error {
	b := e.db.NewBatch()
	b.UseReserve()
	var saved []*table
	for _, t := range e.all(now) {
		if t.gone.Load() != 0 {
			continue
		}
		kept, dirty := t.balances(now)
		if !dirty {
			continue
		}
		value, err := json.Marshal(kept)
		if err != nil {
			return closing(b, err)
		}
		b.Set(catalogKey(capacities, t.name), value)
		saved = append(saved, t)
	}
	if err := b.Commit(); err != nil {
		for _, t := range saved {
			t.capacity.Lock()
			t.capacity.dirty = true // the next save includes it
			t.capacity.Unlock()
		}
		return err
	}
	return nil
}

func (t *table) balances(now instant.Instant) (kept balances, dirty bool) {
	t.capacity.Lock()
	defer t.capacity.Unlock()
	if !t.capacity.dirty {
		return balances{}, false
	}
	t.capacity.dirty = false
	t.capacity.Hold(t.bytes.Load())
	kept.Table = t.capacity.State(now)
	for _, ix := range t.allIndexes() {
		if !ix.global {
			continue
		}
		ix.capacity.Hold(ix.bytes.Load())
		if kept.Indexes == nil {
			kept.Indexes = make(map[string]capacity.State)
		}
		kept.Indexes[ix.name] = ix.capacity.State(now)
	}
	return kept, true
}

// Drain spends the burst of every table and index at now.
func (e *Engine) Drain(now instant.Instant) {
	for _, t := range e.all(now) {
		t.capacity.Lock()
		t.capacity.dirty = true
		t.capacity.Drain(now)
		for _, ix := range t.allIndexes() {
			if ix.global {
				ix.capacity.Drain(now)
			}
		}
		t.capacity.Unlock()
	}
}

// loadBalances restores the saved capacity of a table, if there is one. The error
// is of storage.
func (e *Engine) loadBalances(t *table, now instant.Instant) error {
	var kept balances
	found, err := e.db.Get(catalogKey(capacities, t.name), func(v []byte) error { return json.Unmarshal(v, &kept) })
	if err != nil {
		return fmt.Errorf("capacity of %q: %w", t.name, err)
	}
	if !found {
		return nil
	}
	t.capacity.Lock()
	defer t.capacity.Unlock()
	t.capacity.Restore(now, kept.Table)
	for _, ix := range t.allIndexes() {
		if s, there := kept.Indexes[ix.name]; there && ix.global {
			ix.capacity.Restore(now, s)
		}
	}
	return nil
}

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

// balancesEvery is how often the state of capacity is written down: a kill loses
// no more consumption than that of so long.
const balancesEvery = 10 * time.Second

// balances are what the capacity of a table and its global indexes remember.
type balances struct {
	Table   capacity.State
	Indexes map[string]capacity.State `json:",omitempty"` // by name
}

// keepBalances writes down what capacity remembers from time to time, until ctx
// ends. Close does so once more.
func (e *Engine) keepBalances(ctx context.Context) {
	every(ctx, balancesEvery, func(now instant.Instant) {
		if err := e.saveBalances(now); err != nil {
			e.opts.Log.Error("write down capacity", slog.Any("error", err))
		}
	})
}

// saveBalances writes down those that have been used since the last time, and
// tells them how much their tables hold.
func (e *Engine) saveBalances(now instant.Instant) error {
	b := e.db.NewBatch()
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
			t.capacity.dirty = true // to be written down the next time
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

// loadBalances takes up what was written down of a table, if anything was.
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

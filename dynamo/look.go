package dynamo

import (
	"bytes"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/instant"
)

// A Balance is what a table, or a global index of it, has saved, in units by
// capacity.Direction.
type Balance struct {
	Index string     // empty: the table itself
	Left  [2]float64 // negative: in debt
	Most  [2]float64 // that can be saved; 0 on demand, which saves nothing for later
}

// Balances returns what a table and its global indexes have saved at now, the table
// first. The error is a refusal.NotFound.
func (e *Engine) Balances(now instant.Instant, table string) ([]Balance, error) {
	t, err := e.known(now, table)
	if err != nil {
		return nil, err
	}
	t.capacity.Lock()
	defer t.capacity.Unlock()
	balances := []Balance{balanceOf(now, "", &t.capacity.Throughput)}
	for _, ix := range t.allIndexes() {
		if ix.global {
			balances = append(balances, balanceOf(now, ix.name, ix.capacity))
		}
	}
	return balances, nil
}

func balanceOf(now instant.Instant, index string, of *capacity.Throughput) Balance {
	b := Balance{Index: index}
	s := of.Setting()
	for _, d := range []capacity.Direction{capacity.Read, capacity.Write} {
		b.Left[d] = of.Balance(now, d).Units()
		if !s.OnDemand {
			b.Most[d] = float64(s.Units[d] * capacity.BurstSeconds)
		}
	}
	return b
}

// Bounds of one Look: of the records that it reads, and of the bytes of the items that it
// returns, but for the last.
const (
	mostLookedAt = 10_000
	mostShown    = 1 << 20
)

// Look returns items of a table, or entries of an index if its name is not empty, in
// the order of a Scan. It is for people who look at a running stack: it consumes no
// units, is not throttled, and no metric counts it. It begins at a place that another
// Look has returned, nil: at the beginning, and ends with most items for which keep
// holds; keep sees an item as AWS's JSON and does not keep it. next is the place where
// the following Look begins, nil if there is nothing more; a Look that has read very
// many items, or large ones, ends early. The error is a refusal, or of storage.
func (e *Engine) Look(now instant.Instant, table, index string, from []byte, most int, keep func(item []byte) bool) (items []attribute.Encoded, next []byte, err error) {
	t, err := e.table(now, table)
	if err != nil {
		return nil, nil, err
	}
	id := t.id
	if index != "" {
		ix, err := t.index(index)
		if err != nil {
			return nil, nil, err
		}
		id = ix.id
	}
	lower, upper := keyRange(id)
	if bytes.Compare(from, lower) > 0 && bytes.Compare(from, upper) < 0 {
		lower = from
	}
	read, shown := 0, 0
	var text []byte
	err = e.db.Scan(lower, upper, func(key, record []byte) (bool, error) {
		if len(items) == most || read == mostLookedAt || shown >= mostShown {
			next = bytes.Clone(key)
			return false, nil
		}
		read++
		_, form, err := recordSize(record)
		if err != nil {
			return false, err
		}
		if text, err = attribute.Encoded(form).AppendJSON(text[:0], nil); err != nil {
			return false, err
		}
		if keep(text) {
			items = append(items, bytes.Clone(form))
			shown += len(form)
		}
		return true, nil
	})
	return items, next, err
}

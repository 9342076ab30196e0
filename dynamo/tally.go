package dynamo

import "sync/atomic"

// A tally is how much lies under an id: a table's items or an index's entries.
type tally struct {
	id      uint64 // in storage, never used twice
	items   atomic.Int64
	bytes   atomic.Int64
	counted atomic.Bool // whether items and bytes are whole
}

// count keeps the tally up to date with one write.
func (t *tally) count(before, after stored) {
	t.bytes.Add(after.size - before.size)
	switch {
	case after.found && !before.found:
		t.items.Add(1)
	case !after.found && before.found:
		t.items.Add(-1)
	}
}

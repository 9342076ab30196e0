package dynamo

import "sync/atomic"

// A tally is the size of a table or an index.
type tally struct {
	id      uint64 // in storage; never reused
	items   atomic.Int64
	bytes   atomic.Int64
	counted atomic.Bool // items and bytes are complete
}

// count updates the tally for one write.
func (t *tally) count(before, after stored) {
	t.bytes.Add(after.size - before.size)
	switch {
	case after.found && !before.found:
		t.items.Add(1)
	case !after.found && before.found:
		t.items.Add(-1)
	}
}

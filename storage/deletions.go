package storage

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// deletions see to it that what was deleted gives its room on the disk back. Pebble
// drops it once a table file has the deletion, and makes one when memTableSize bytes
// of changes have come: 100,000 deletions, of whatever size. Safe for concurrent
// use.
type deletions struct {
	pebble  *pebble.DB
	waiting atomic.Bool // the timer runs

	mu     sync.Mutex // guards what follows, and is held during a flush
	timer  *time.Timer
	closed bool
}

// flushAfter is how long a deletion waits at most to be flushed to a table file.
const flushAfter = time.Minute

// note notes that something was deleted.
func (d *deletions) note() {
	if d.waiting.Load() || d.waiting.Swap(true) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.timer = time.AfterFunc(flushAfter, d.flush)
	}
}

// flush begins to write to a table file what is in memory.
func (d *deletions) flush() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	d.waiting.Store(false)       // before the flush, so that it has what was noted already
	_, _ = d.pebble.AsyncFlush() // its error is that the store is closed
}

// close ends the flushes.
func (d *deletions) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.timer != nil {
		d.timer.Stop()
	}
}

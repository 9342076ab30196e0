package storage

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/batchrepr"
)

// A Batch is a set of changes that are made together or not at all. Of two
// changes of one key the later one counts. Not safe for concurrent use.
type Batch struct {
	db      *DB
	pebble  *pebble.Batch
	reserve bool // see UseReserve
	deletes bool // it has a deletion
}

// NewBatch returns an empty batch. Its user must Commit or Close it.
func (db *DB) NewBatch() *Batch { return &Batch{db: db, pebble: db.pebble.NewBatch()} }

// UseReserve lets the batch be committed when the disk is full: because it deletes,
// or completes what was begun, or saves the state of the engine.
func (b *Batch) UseReserve() { b.reserve = true }

// Set sets the value of key. It copies both. Errors come from Commit.
func (b *Batch) Set(key, value []byte) { _ = b.pebble.Set(key, value, nil) }

// Delete removes key.
func (b *Batch) Delete(key []byte) {
	b.deletes = true
	_ = b.pebble.Delete(key, nil)
}

// DeleteRange removes the keys from lower up to, but not including, upper. The
// time does not depend on the number of keys.
func (b *Batch) DeleteRange(lower, upper []byte) {
	b.deletes = true
	_ = b.pebble.DeleteRange(lower, upper, nil)
}

// Close drops the changes of a batch that was not committed.
func (b *Batch) Close() error { return b.pebble.Close() }

// Commit makes the changes. When it returns nil, they are as durable as the
// store's Durability says. Batches that arrive while another is committed are
// committed together after it, by one fsync. After an error of the log no commit
// succeeds; the one that met it does not return. It returns a *DiskError that
// matches ErrNoRoom if the disk is full, and nothing is changed.
func (b *Batch) Commit() error {
	s, err := b.Submit()
	if err != nil {
		return err
	}
	return s.Wait()
}

// A Submission is a batch on its way to the disk. Its user must call Wait, once
// and soon: other batches may wait for it.
type Submission struct {
	db    *DB
	group *group // nil: durable already
	leads bool

	deletes bool // see deletions
}

// Submit is the first part of Commit; Wait of the Submission is the other. Of two
// batches the one that was submitted first is durable first, or with the other:
// when Wait returns nil, every batch that was submitted before is durable too.
// Submit does no I/O. The error is a *DiskError that matches ErrNoRoom, or of a
// store that has failed; nothing is changed then.
func (b *Batch) Submit() (Submission, error) {
	if err := b.db.admit(b.reserve); err != nil {
		return Submission{}, errors.Join(err, b.Close())
	}
	if b.db.memory {
		return Submission{}, errors.Join(b.pebble.Commit(pebble.NoSync), b.Close())
	}
	g, leads, err := b.db.commits.join(b.pebble)
	return Submission{b.db, g, leads, b.deletes}, err
}

// Wait returns when the batch is durable. The error is that of the commit.
func (s Submission) Wait() error {
	if s.group == nil {
		return nil
	}
	if s.leads {
		s.db.commits.lead(s.group)
	}
	if err := s.group.wait(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if s.deletes {
		s.db.deleted.note()
	}
	return nil
}

// commits puts batches into groups. One group is committed at a time, and
// meanwhile the next one forms.
type commits struct {
	fsync   bool // a group ends with an fsync, and is worth waiting for others
	failure *failure

	mu      sync.Mutex
	forming *group // takes further batches; nil: none
	newest  *group // of all groups; nil: every group is durable
	last    int    // batches of the last group that was committed

	// pending is the group that readers can see, or will see, before it is durable;
	// nil: none. Only the leader of a group stores it.
	pending atomic.Pointer[group]
}

// maxGroup bounds a group, in bytes of its batches: the batch that reaches it is
// the last. Pebble reuses the memory of batches up to this size.
const maxGroup = 1 << 20

// A group is batches that are committed together. The mutex of commits guards
// what forms it.
type group struct {
	store *failure
	after *group        // the group before it; nil: durable already
	batch *pebble.Batch // of the first; those of the others are added to it
	size  int           // batches
	want  int           // the size that the leader waits for; 0: it does not
	full  chan struct{} // closed by the batch with which the group has it; nil: nobody waits
	done  chan struct{} // closed by the leader when the group is durable, or failed
	err   error         // of the commit; set before done is closed

	reading sync.RWMutex     // held while entries are read
	entries batchrepr.Reader // of batch, from when the group is pending until it is durable
}

// wait returns when the group is durable, or with the error of its commit. If the
// store ends, its leader is never done, and nobody knows what is durable.
func (g *group) wait() error {
	select {
	case <-g.done:
		return g.err
	case <-g.store.ended:
		return g.store.failed()
	}
}

// join adds a batch to the group that forms. leads is set for the first batch of
// a group, whose caller must lead it; others wait until the group is done. join
// closes b unless it leads.
func (c *commits) join(b *pebble.Batch) (g *group, leads bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g = c.forming; g == nil {
		g = &group{store: c.failure, after: c.newest, batch: b, done: make(chan struct{})}
		c.newest, c.forming, leads = g, g, true
	} else if err = errors.Join(g.batch.Apply(b, nil), b.Close()); err != nil {
		return nil, false, fmt.Errorf("join commits: %w", err)
	}
	g.size++
	if g.batch.Len() >= maxGroup {
		c.forming = nil
	}
	if g.full != nil && (g.size == g.want || c.forming == nil) {
		close(g.full)
		g.full = nil
	}
	return g, leads, nil
}

// lead commits a group as soon as the group before it is done, and ends it. If
// the group before it failed it fails too, because the log is broken.
func (c *commits) lead(g *group) {
	defer close(g.done)
	if g.err = c.gather(g); g.err != nil {
		return
	}
	g.entries = g.batch.Reader()
	c.pending.Store(g) // before a reader can see a change
	if g.err = g.batch.Commit(pebble.Sync); g.err == nil {
		g.err = c.end(g)
	}
}

// An fsync costs as much processor time as several requests, so writers should
// share one. A group waits for the writers of the last group, who have their
// answers and are likely to write again, but no longer than syncWait for each. It
// leaves a quarter of them for the next group, so that there is work to do during
// the fsync. A single writer does not wait.
const (
	syncWait    = 45 * time.Microsecond
	maxSyncWait = 3 * time.Millisecond
)

// gather waits until the group before g is done, lets writers that are ready to
// run add their batches, then waits for others if an fsync is to come, and ends
// the forming of g. The error is that of the group before.
func (c *commits) gather(g *group) (err error) {
	after := g.after
	if after != nil {
		err, g.after = after.wait(), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	want := c.last
	if after != nil {
		want += g.size // they are others than those of the last group
	}
	want -= want / 4
	for size := 0; c.forming == g && size < g.size; {
		size = g.size
		c.mu.Unlock()
		runtime.Gosched()
		c.mu.Lock()
	}
	if c.fsync && c.forming == g && g.size < want {
		c.awaitSize(g, want)
	}
	if c.forming == g {
		c.forming = nil
	}
	c.last = g.size
	return err
}

// awaitSize unlocks c until g has so many batches, or is as large as a group may
// be, or has waited long enough.
func (c *commits) awaitSize(g *group, want int) {
	full := make(chan struct{})
	g.want, g.full = want, full
	c.mu.Unlock()
	wait := time.NewTimer(min(time.Duration(want)*syncWait, maxSyncWait))
	select {
	case <-full:
	case <-wait.C:
	}
	wait.Stop()
	c.mu.Lock()
	g.full = nil
}

// end lets go of a group that is durable.
func (c *commits) end(g *group) error {
	defer c.forget(g)
	c.pending.Store(nil)
	g.reading.Lock()
	g.entries = nil
	g.reading.Unlock()
	err := g.batch.Close()
	g.batch = nil
	return err
}

// forget has the next group not wait for g.
func (c *commits) forget(g *group) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.newest == g {
		c.newest = nil
	}
}

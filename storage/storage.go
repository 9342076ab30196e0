package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// A Space is the first byte of the keys of one package.
type Space = byte

// The spaces are those of package dynamo. They are on users' disks: further ones
// may be added, none may change.
const (
	Tables  Space = 't' // descriptions, by table
	Items   Space = 'i' // items and entries of indexes, by table or index
	Tokens  Space = 'k' // of transactions
	Streams Space = 's' // records, by stream
)

// Options for Open. The zero value stores data in a folder and fsyncs it.
type Options struct {
	Durability Durability
	Log        *slog.Logger // nil: discarded
	FS         vfs.FS       // for crash tests; nil: the machine's, or memory for Durability Memory

	// Fatal is called once, from any goroutine, if the store cannot go on: its log
	// cannot be written, or its folder is gone. It should end the process: calls of
	// the store that are under way do not return. Nil: a panic.
	Fatal func(error)

	// Stop makes Open give up when it is closed; nil: never.
	Stop <-chan struct{}
}

// A DB is an open store.
type DB struct {
	pebble *pebble.DB
	disk   *disk // nil in memory
	folder *folder
	sync   *pebble.WriteOptions

	failure  *failure
	watching sync.WaitGroup

	committing atomic.Int64 // commits under way
}

// Sizes in bytes. The cache takes memory as it fills; it holds the indexes and
// filters of the files of ten million small items and what is read most.
const (
	cacheSize    = 128 << 20
	memTableSize = 16 << 20
)

// Open opens the store in dir and creates dir if it does not exist. With
// Durability Memory it does not touch dir. It returns a LockedError if another
// process has the folder open, a VersionError if a newer version of the program
// wrote it, a FullError if the disk has no room, context.Canceled for Stop, and
// errors of the file system.
func Open(dir string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{sync: pebble.Sync, failure: newFailure(o.Fatal)}
	fs := o.FS
	switch {
	case fs != nil:
	case o.Durability == Memory:
		fs, db.sync = vfs.NewMem(), pebble.NoSync
	default:
		folder, err := claim(dir)
		if err != nil {
			return nil, err
		}
		db.folder, fs = folder, vfs.Default
	}
	if o.Durability != Memory {
		var err error
		if fs, err = db.openDisk(fs, dir, o); err != nil {
			return nil, errors.Join(err, db.folder.unlock())
		}
	}
	if err := db.openPebble(fs, dir, o); err != nil {
		return nil, err
	}
	db.watching.Go(db.watch)
	return db, nil
}

func (db *DB) openPebble(fs vfs.FS, dir string, o Options) error {
	cache := pebble.NewCache(cacheSize)
	options := &pebble.Options{
		FS:                          fs,
		Cache:                       cache,
		MemTableSize:                memTableSize,
		MemTableStopWritesThreshold: 4,
		FormatMajorVersion:          formatMajorVersion,
		Logger:                      pebbleLog{o.Log, db.failure},
		EventListener:               listener(o.Log),
	}
	if o.Durability == Disk {
		options.WALMinSyncInterval = db.syncInterval
	}
	// A write first reads the item that it replaces, and often there is none: a
	// filter answers that without a read. Each level has the filters of the one
	// above.
	options.Levels[0].FilterPolicy = bloom.FilterPolicy(bloomBits)
	opened := make(chan error) // unbuffered; sent once, unless Stop was first
	go func() {
		defer cache.Unref()
		var err error
		db.pebble, err = pebble.Open(pebbleDir(dir), options)
		select {
		case opened <- err:
		case <-o.Stop:
			if err == nil {
				err = db.pebble.Close()
			}
			_ = errors.Join(err, db.disk.close(), db.folder.unlock()) // nobody waits for it
		}
	}()
	var err error
	select {
	case err = <-opened:
		if err == nil {
			if err = db.failure.opened(); err == nil {
				return nil
			}
		}
	case <-db.failure.ended:
		err = db.failure.failed()
	case <-o.Stop:
		return fmt.Errorf("open %s: %w", dir, context.Canceled)
	}
	// After a failure Pebble does not return, and keeps its files open until the
	// process ends.
	return errors.Join(fmt.Errorf("open %s: %w", dir, err), db.disk.close(), db.folder.unlock())
}

// An fsync costs as much processor time as several requests, so all commits under
// way should share one. The next fsync waits this long for each of them. A single
// writer hardly waits.
const (
	syncWait    = 45 * time.Microsecond
	maxSyncWait = 3 * time.Millisecond
)

func (db *DB) syncInterval() time.Duration {
	return min(time.Duration(db.committing.Load())*syncWait, maxSyncWait)
}

// bloomBits is the bits of a filter for each key: one absent key in a hundred
// passes it.
const bloomBits = 10

// formatMajorVersion is Pebble's part of the layout. It can be raised, not
// lowered.
const formatMajorVersion = pebble.FormatValueSeparation

// Close closes the store. No other call may be under way or follow. Close first
// flushes what is only in the log, so that the next Open is fast; it is durable
// already.
func (db *DB) Close() error {
	if err := db.failure.failed(); err != nil {
		return err
	}
	db.disk.stop()
	db.watching.Wait()
	return errors.Join(db.pebble.Flush(), db.pebble.Close(), db.disk.close(), db.folder.unlock())
}

// A Reader reads a store, or a snapshot of one. Safe for concurrent use.
type Reader interface {
	// Get calls f with the value of key and reports whether there is one. f must
	// not keep the value after it returns.
	Get(key []byte, f func(value []byte) error) (found bool, err error)

	// Scan calls f with the entries from lower up to, but not including, upper, in
	// order, until f returns false or an error. f must not keep key and value
	// after it returns.
	Scan(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error

	// ScanBackward is Scan in the opposite order.
	ScanBackward(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error
}

var _ Reader = (*DB)(nil)

// Get implements Reader.
func (db *DB) Get(key []byte, f func(value []byte) error) (found bool, err error) {
	return get(db.pebble, key, f)
}

// Scan implements Reader.
func (db *DB) Scan(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(db.pebble, lower, upper, (*pebble.Iterator).First, (*pebble.Iterator).Next, f)
}

// ScanBackward implements Reader.
func (db *DB) ScanBackward(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(db.pebble, lower, upper, (*pebble.Iterator).Last, (*pebble.Iterator).Prev, f)
}

// A Snapshot is the store as it was at one instant. Its user must close it.
type Snapshot struct{ pebble *pebble.Snapshot }

var _ Reader = (*Snapshot)(nil)

// Snapshot returns the store as it is now.
func (db *DB) Snapshot() *Snapshot { return &Snapshot{db.pebble.NewSnapshot()} }

// Get implements Reader.
func (s *Snapshot) Get(key []byte, f func(value []byte) error) (found bool, err error) {
	return get(s.pebble, key, f)
}

// Scan implements Reader.
func (s *Snapshot) Scan(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(s.pebble, lower, upper, (*pebble.Iterator).First, (*pebble.Iterator).Next, f)
}

// ScanBackward implements Reader.
func (s *Snapshot) ScanBackward(lower, upper []byte, f func(key, value []byte) (more bool, err error)) error {
	return scan(s.pebble, lower, upper, (*pebble.Iterator).Last, (*pebble.Iterator).Prev, f)
}

// Close lets the store drop the data that only the snapshot needs.
func (s *Snapshot) Close() error { return s.pebble.Close() }

func get(r pebble.Reader, key []byte, f func(value []byte) error) (found bool, err error) {
	value, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, &DiskError{fmt.Errorf("read: %w", err)}
	}
	return true, errors.Join(f(value), closer.Close())
}

func scan(r pebble.Reader, lower, upper []byte, first, next func(*pebble.Iterator) bool,
	f func(key, value []byte) (more bool, err error),
) error {
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return &DiskError{fmt.Errorf("scan: %w", err)}
	}
	for more := first(it); more; more = next(it) {
		value, err := it.ValueAndErr()
		if err != nil {
			return errors.Join(&DiskError{fmt.Errorf("scan: %w", err)}, it.Close())
		}
		if more, err = f(it.Key(), value); err != nil {
			return errors.Join(err, it.Close())
		}
		if !more {
			break
		}
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return &DiskError{fmt.Errorf("scan: %w", err)}
	}
	return nil
}

// A Batch is a set of changes that are made together or not at all. Of two
// changes of one key the later one counts. Not safe for concurrent use.
type Batch struct {
	db      *DB
	pebble  *pebble.Batch
	reserve bool
}

// NewBatch returns an empty batch. Its user must Commit or Close it.
func (db *DB) NewBatch() *Batch { return &Batch{db: db, pebble: db.pebble.NewBatch()} }

// UseReserve lets the batch be committed when the disk is full: because it deletes,
// or completes what was begun, or saves the state of the engine.
func (b *Batch) UseReserve() { b.reserve = true }

// Set sets the value of key. It copies both. Errors come from Commit.
func (b *Batch) Set(key, value []byte) { _ = b.pebble.Set(key, value, nil) }

// Delete removes key.
func (b *Batch) Delete(key []byte) { _ = b.pebble.Delete(key, nil) }

// DeleteRange removes the keys from lower up to, but not including, upper. The
// time does not depend on the number of keys.
func (b *Batch) DeleteRange(lower, upper []byte) { _ = b.pebble.DeleteRange(lower, upper, nil) }

// Commit makes the changes. When it returns nil, they are as durable as the
// store's Durability says. Commits at the same time share one fsync. It returns a
// *DiskError that matches ErrNoRoom if the disk is full, and nothing is changed.
func (b *Batch) Commit() error {
	if err := b.db.admit(b.reserve); err != nil {
		return errors.Join(err, b.pebble.Close())
	}
	b.db.committing.Add(1)
	defer b.db.committing.Add(-1)
	if err := errors.Join(b.pebble.Commit(b.db.sync), b.pebble.Close()); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Close drops the changes of a batch that was not committed.
func (b *Batch) Close() error { return b.pebble.Close() }

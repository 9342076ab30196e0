package storage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// A Space is the first byte of the keys of one package.
type Space = byte

// Spaces are dynamo's. They are on users' disks: they may be
// added to, never changed.
const (
	Tables  Space = 't' // descriptions, by table
	Items   Space = 'i' // items and entries of indexes, by table or index
	Tokens  Space = 'k' // of transactions
	Streams Space = 's' // records, by stream
)

// Options for Open. The zero value keeps data in a folder, fsynced.
type Options struct {
	Durability Durability
	Log        *slog.Logger // nil: discarded
	FS         vfs.FS       // nil: the machine's, or memory; for crash tests
}

// A DB is an open store.
type DB struct {
	pebble *pebble.DB
	lock   io.Closer // of the folder; nil in memory
	sync   *pebble.WriteOptions

	committing atomic.Int64 // commits under way
}

// Sizes in bytes. The cache takes memory as it fills; it holds the indexes and
// filters of the files of ten million small items and what is read most.
const (
	cacheSize    = 128 << 20
	memTableSize = 16 << 20
)

// Open opens the store in dir, making it if it is not there; with
// Durability Memory, dir is not touched. Errors: a LockedError when another
// process has it open, a VersionError when a newer one wrote it, or the file
// system's.
func Open(dir string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{sync: pebble.Sync}
	fs := o.FS
	switch {
	case fs != nil:
	case o.Durability == Memory:
		fs, db.sync = vfs.NewMem(), pebble.NoSync
	default:
		lock, err := claim(dir)
		if err != nil {
			return nil, err
		}
		db.lock, fs = lock, vfs.Default
	}
	if o.Durability == Process {
		fs = processFS{fs}
	}
	cache := pebble.NewCache(cacheSize)
	defer cache.Unref()
	options := &pebble.Options{
		FS:                          fs,
		Cache:                       cache,
		MemTableSize:                memTableSize,
		MemTableStopWritesThreshold: 4,
		FormatMajorVersion:          formatMajorVersion,
		Logger:                      pebbleLog{o.Log},
	}
	if o.Durability == Disk {
		options.WALMinSyncInterval = db.syncInterval
	}
	// Writes look first for what they replace, and many find nothing: filters
	// tell that without a read. Every level takes over those of the one above.
	options.Levels[0].FilterPolicy = bloom.FilterPolicy(bloomBits)
	var err error
	if db.pebble, err = pebble.Open(pebbleDir(dir), options); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", dir, err), db.unlock())
	}
	return db, nil
}

// An fsync costs as much processor time as several requests, so that it should
// be shared by all that are under way: the next one waits for so long for each
// of them. A writer by itself hardly waits.
const (
	syncWait    = 45 * time.Microsecond
	maxSyncWait = 3 * time.Millisecond
)

func (db *DB) syncInterval() time.Duration {
	return min(time.Duration(db.committing.Load())*syncWait, maxSyncWait)
}

// bloomBits of a filter for each key let one key in a hundred through that is
// not there.
const bloomBits = 10

// formatMajorVersion is Pebble's part of the layout; raising it is one way.
const formatMajorVersion = pebble.FormatValueSeparation

// Close ends the store. No other call may be under way or follow. What is only
// in the log is brought into order first, so that the next Open need not; it is
// durable already.
func (db *DB) Close() error {
	return errors.Join(db.pebble.Flush(), db.pebble.Close(), db.unlock())
}

func (db *DB) unlock() error {
	if db.lock == nil {
		return nil
	}
	return db.lock.Close()
}

// A Reader is a store, or what it was at one instant.
type Reader interface {
	// Get calls f with the value of key, which is f's only until it returns,
	// and reports whether there is one.
	Get(key []byte, f func(value []byte) error) (found bool, err error)

	// Scan calls f with the entries from lower up to, not including, upper, in
	// order, until f returns false or an error. Key and value are f's only
	// until it returns.
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

// A Snapshot is the store as it was at one instant. It must be closed.
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

// Close lets the store forget what only the snapshot sees.
func (s *Snapshot) Close() error { return s.pebble.Close() }

func get(r pebble.Reader, key []byte, f func(value []byte) error) (found bool, err error) {
	value, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read: %w", err)
	}
	return true, errors.Join(f(value), closer.Close())
}

func scan(r pebble.Reader, lower, upper []byte, first, next func(*pebble.Iterator) bool,
	f func(key, value []byte) (more bool, err error),
) error {
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	for more := first(it); more; more = next(it) {
		value, err := it.ValueAndErr()
		if err == nil {
			more, err = f(it.Key(), value)
		}
		if err != nil {
			return errors.Join(err, it.Close())
		}
		if !more {
			break
		}
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return nil
}

// A Batch is a set of changes that are made together or not at all. Of two
// changes to one key the later counts. Not safe for concurrent use.
type Batch struct {
	db     *DB
	pebble *pebble.Batch
}

// NewBatch returns an empty batch, which must be committed or closed.
func (db *DB) NewBatch() *Batch { return &Batch{db, db.pebble.NewBatch()} }

// Set gives key a value. Both are copied. Errors cannot happen before Commit.
func (b *Batch) Set(key, value []byte) { _ = b.pebble.Set(key, value, nil) }

// Delete removes key.
func (b *Batch) Delete(key []byte) { _ = b.pebble.Delete(key, nil) }

// DeleteRange removes the keys from lower up to, not including, upper, in a
// time that does not depend on how many there are.
func (b *Batch) DeleteRange(lower, upper []byte) { _ = b.pebble.DeleteRange(lower, upper, nil) }

// Commit makes the changes. When it returns nil they are as durable as the
// store was opened to be; commits that come together share one fsync.
func (b *Batch) Commit() error {
	b.db.committing.Add(1)
	defer b.db.committing.Add(-1)
	if err := errors.Join(b.pebble.Commit(b.db.sync), b.pebble.Close()); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Close drops the changes.
func (b *Batch) Close() error { return b.pebble.Close() }

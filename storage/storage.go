package storage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

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
}

// A DB is an open store.
type DB struct {
	pebble  *pebble.DB
	lock    io.Closer // of the folder; nil in memory
	memory  bool      // with Durability Memory there is no log to wait for
	commits commits
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
// wrote it, and errors of the file system.
func Open(dir string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{memory: o.Durability == Memory, commits: commits{fsync: o.Durability == Disk}}
	fs := o.FS
	switch {
	case fs != nil:
	case o.Durability == Memory:
		fs = vfs.NewMem()
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
	// A write first reads the item that it replaces, and often there is none: a
	// filter answers that without a read. Each level has the filters of the one
	// above.
	options.Levels[0].FilterPolicy = bloom.FilterPolicy(bloomBits)
	var err error
	if db.pebble, err = pebble.Open(pebbleDir(dir), options); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", dir, err), db.unlock())
	}
	return db, nil
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
	return errors.Join(db.pebble.Flush(), db.pebble.Close(), db.unlock())
}

func (db *DB) unlock() error {
	if db.lock == nil {
		return nil
	}
	return db.lock.Close()
}

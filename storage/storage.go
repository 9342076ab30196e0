package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// A Space is the first byte of the keys of one package.
type Space = byte

// The spaces of package dynamo, then those of queue/store, lambda/poll, watch/store,
// topic/store, autoscale/store and pager/outbox. They are on users' disks: further ones may be added,
// none may change.
const (
	Tables  Space = 't' // descriptions, by table
	Items   Space = 'i' // items and entries of indexes, by table or index
	Tokens  Space = 'k' // of transactions
	Streams Space = 's' // records, by stream

	Queues   Space = 'q' // descriptions, by queue; cursors, marks, move tasks
	Messages Space = 'm' // by queue
	States   Space = 'v' // of messages that are not as they were sent, by queue
	Sendings Space = 'u' // what deduplication remembers, by queue

	Mappings Space = 'e' // event source mappings, all in one
	Metrics  Space = 'w' // points, by series; descriptions of series; a journal
	Alarms   Space = 'a' // settings and states, by name; their history; dashboards
	Topics   Space = 'n' // topics, subscriptions, messages and deliveries under way; the key of signatures
	Scaling  Space = 'c' // scalable targets, by resource; scaling activities
	Pages    Space = 'p' // that are not delivered yet, by receiver; incidents, by key
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

	memory  bool // with Durability Memory there is no log to wait for
	commits commits
	deleted deletions

	failure  *failure
	watching sync.WaitGroup
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
	failure := newFailure(o.Fatal)
	db := &DB{
		memory: o.Durability == Memory, failure: failure,
		commits: commits{fsync: o.Durability == Disk, failure: failure},
	}
	fs := o.FS
	switch {
	case fs != nil:
	case o.Durability == Memory:
		fs = vfs.NewMem()
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
	db.deleted.pebble = db.pebble
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
	db.deleted.close()
	db.disk.stop()
	db.watching.Wait()
	return errors.Join(db.pebble.Flush(), db.pebble.Close(), db.disk.close(), db.folder.unlock())
}

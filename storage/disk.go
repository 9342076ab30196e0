package storage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A disk is the file system of a store. It decides what an error of the machine's
// means, before Pebble sees it and panics, or tries again without a pause:
//
//   - A write without room uses the reserve. Without a reserve a table file is
//     given up and made again later; any other file ends the store. So does a table
//     file of Open, which would otherwise wait for ever.
//   - Any other error of a write ends the store: what Pebble has in memory and what
//     is on the disk may differ from there.
//   - An error of a read is written to the log once for each file. The read fails.
//
// Files that do not exist are none of these.
type disk struct {
	vfs.FS

	room    *room
	failure *failure
	synced  *syncNote
	log     *slog.Logger
	unread  once
	closing chan struct{} // closed by Close, so that no table file waits

	crowded atomic.Bool // the last table file found no room
}

// openDisk makes the file system of a store in dir: it makes the reserve, checks
// the newest log and opens the note of what is synced.
func (db *DB) openDisk(fs vfs.FS, dir string, o Options) (vfs.FS, error) {
	if err := makeFolder(fs, dir); err != nil {
		return nil, err
	}
	room, err := newRoom(fs, dir, o.Log)
	if err != nil {
		return nil, err
	}
	if err := checkLog(fs, dir, o.Log); err != nil {
		return nil, err
	}
	note, err := newSyncNote(fs, dir, o.Durability)
	if err != nil {
		return nil, err
	}
	if o.Durability == Process {
		fs = processFS{fs}
	}
	db.disk = &disk{FS: fs, room: room, failure: db.failure, synced: note, log: o.Log, closing: make(chan struct{})}
	return db.disk, nil
}

// watchEvery is the interval at which the folder is looked for and its room is
// measured.
const watchEvery = 250 * time.Millisecond

// watch looks after the folder and its room until the store closes. A store
// without either needs none.
func (db *DB) watch() {
	if db.folder == nil && (db.disk == nil || db.disk.room == nil) {
		return
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-db.disk.closing:
			return
		case <-tick.C:
		}
		if err := db.folder.present(); err != nil {
			db.failure.fail(err)
		}
		db.disk.room.measure()
		db.disk.synced.flush()
	}
}

// admit returns nil if a batch may be committed.
func (db *DB) admit(usesReserve bool) error {
	if db.disk == nil {
		return nil
	}
	return db.disk.room.admit(usesReserve)
}

// stop ends what waits or watches.
func (d *disk) stop() {
	if d != nil {
		close(d.closing)
	}
}

func (d *disk) close() error {
	if d == nil {
		return nil
	}
	return d.synced.close()
}

// tablePause is how long a table file waits after one that found no room.
const tablePause = 5 * time.Second

// Unwrap implements vfs.FS.
func (d *disk) Unwrap() vfs.FS { return d.FS }

// do calls a function that changes the file system.
func (d *disk) do(name string, change func() error) error {
	err := change()
	for isFull(err) && d.room.give() {
		err = change()
	}
	return d.judge(name, err)
}

// judge ends the store for an error of a write unless it is of a missing file, or
// of a table file without room.
func (d *disk) judge(name string, err error) error {
	switch {
	case err == nil, errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrExist):
	case isFull(err) && isTable(name) && d.failure.isOpen():
		d.crowded.Store(true)
	default:
		d.failure.fail(fmt.Errorf("data folder: %w", err))
	}
	return err
}

// isTable reports whether a file is made by a flush or a compaction, and can be
// made again.
func isTable(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".sst" || ext == ".blob"
}

// Create implements vfs.FS. A table file waits if the one before found no room,
// for Pebble tries again at once.
func (d *disk) Create(name string, c vfs.DiskWriteCategory) (f vfs.File, err error) {
	if isTable(name) && d.crowded.Swap(false) {
		pause := time.NewTimer(tablePause)
		defer pause.Stop()
		select {
		case <-pause.C:
		case <-d.closing:
		}
	}
	create := func() (err error) { f, err = d.FS.Create(name, c); return err }
	if c == compaction {
		err = d.judge(name, create())
	} else {
		err = d.do(name, create)
	}
	return d.written(name, c, f, err)
}

// OpenReadWrite implements vfs.FS.
func (d *disk) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (f vfs.File, err error) {
	err = d.do(name, func() (err error) { f, err = d.FS.OpenReadWrite(name, c, opts...); return err })
	return d.written(name, c, f, err)
}

// ReuseForWrite implements vfs.FS.
func (d *disk) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (f vfs.File, err error) {
	err = d.do(name, func() (err error) { f, err = d.FS.ReuseForWrite(old, name, c); return err })
	return d.written(name, c, f, err)
}

func (d *disk) written(name string, c vfs.DiskWriteCategory, f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	w := &diskFile{File: f, disk: d, name: name, saved: c != compaction}
	if n, isLog := logNumber(name); isLog {
		return &logFile{diskFile: w, number: n}, nil
	}
	return w, nil
}

// compaction is Pebble's category of what a compaction writes. It saves no room
// that is needed at once, and does without the reserve.
const compaction = vfs.DiskWriteCategory("pebble-compaction")

// Open implements vfs.FS.
func (d *disk) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	f, err := d.FS.Open(name, opts...)
	if err != nil {
		return nil, d.unreadable(name, err)
	}
	return &diskFile{File: f, disk: d, name: name}, nil
}

// OpenDir implements vfs.FS.
func (d *disk) OpenDir(name string) (vfs.File, error) {
	f, err := d.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &diskFile{File: f, disk: d, name: name}, nil
}

// Rename implements vfs.FS.
func (d *disk) Rename(from, to string) error {
	return d.do(to, func() error { return d.FS.Rename(from, to) })
}

// Link implements vfs.FS.
func (d *disk) Link(from, to string) error {
	return d.do(to, func() error { return d.FS.Link(from, to) })
}

// unreadable writes an error of a read to the log, unless it is the end of a file
// or a missing one.
func (d *disk) unreadable(name string, err error) error {
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, os.ErrNotExist) &&
		d.unread.first(name) {
		d.log.Error("a file cannot be read: requests that need it fail", slog.String("file", name), slog.Any("error", err))
	}
	return err
}

// A diskFile is a file of a disk.
type diskFile struct {
	vfs.File

	disk  *disk
	name  string
	saved bool // may use the reserve
}

func (f *diskFile) Write(p []byte) (n int, err error) {
	for {
		var wrote int
		wrote, err = f.File.Write(p[n:])
		if n += wrote; !isFull(err) || !f.saved || !f.disk.room.give() {
			return n, f.disk.judge(f.name, err)
		}
	}
}

func (f *diskFile) WriteAt(p []byte, off int64) (n int, err error) {
	err = f.disk.do(f.name, func() (err error) { n, err = f.File.WriteAt(p, off); return err })
	return n, err
}

// Preallocate takes no room that writes will miss: it only makes them faster.
func (f *diskFile) Preallocate(offset, length int64) error {
	if !f.disk.room.leaves(length) {
		return nil
	}
	return f.File.Preallocate(offset, length)
}

// A failed sync may have dropped what it should have saved, so it is never tried
// again.
func (f *diskFile) Sync() error { return f.mustSync(f.File.Sync()) }

func (f *diskFile) SyncData() error { return f.mustSync(f.File.SyncData()) }

func (f *diskFile) SyncTo(length int64) (full bool, err error) {
	full, err = f.File.SyncTo(length)
	return full, f.mustSync(err)
}

func (f *diskFile) mustSync(err error) error {
	if err != nil {
		f.disk.failure.fail(fmt.Errorf("data folder: %w", err))
	}
	return nil
}

func (f *diskFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	return n, f.disk.unreadable(f.name, err)
}

func (f *diskFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	return n, f.disk.unreadable(f.name, err)
}

// Package storagetest has file systems for tests of what depends on durability.
// It may change whenever its users do.
package storagetest

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A HeldFS is a file system that can withhold the durability of the log. It is
// safe for concurrent use.
type HeldFS struct {
	vfs.FS

	AtWrite bool         // it withholds writes of the log, instead of its fsync
	Syncs   atomic.Int64 // of the log
	Broken  atomic.Bool  // the log cannot be synced any more

	mu   sync.Mutex
	held *hold // nil: nothing is withheld
}

type hold struct {
	text     []byte
	seen     atomic.Bool // text was written, or is about to be
	reached  sync.Once
	began    chan struct{} // closed when the log first waits
	released chan struct{} // closed by release
}

// Hold withholds durability from the first write of the log that has text in it,
// until release is called, once. began is closed when the log waits.
func (fs *HeldFS) Hold(text string) (began <-chan struct{}, release func()) {
	h := &hold{text: []byte(text), began: make(chan struct{}), released: make(chan struct{})}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.held = h
	return h.began, func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.held = nil
		close(h.released)
	}
}

// hold returns what is withheld now; nil: nothing.
func (fs *HeldFS) hold() *hold {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.held
}

// await returns when nothing is withheld.
func (h *hold) await() {
	if h == nil || !h.seen.Load() {
		return
	}
	h.reached.Do(func() { close(h.began) })
	<-h.released
}

// Create implements vfs.FS.
func (fs *HeldFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, c)
	return fs.log(name, f), err
}

// ReuseForWrite implements vfs.FS.
func (fs *HeldFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(old, name, c)
	return fs.log(name, f), err
}

// log wraps f if it is a log.
func (fs *HeldFS) log(name string, f vfs.File) vfs.File {
	if f == nil || !strings.HasSuffix(name, ".log") {
		return f
	}
	return heldFile{f, fs}
}

type heldFile struct {
	vfs.File
	fs *HeldFS
}

func (f heldFile) Write(p []byte) (int, error) {
	h := f.fs.hold()
	if h != nil && bytes.Contains(p, h.text) {
		h.seen.Store(true)
	}
	if f.fs.AtWrite {
		h.await()
	}
	return f.File.Write(p)
}

func (f heldFile) Sync() error {
	if err := f.sync(); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f heldFile) SyncData() error {
	if err := f.sync(); err != nil {
		return err
	}
	return f.File.SyncData()
}

func (f heldFile) SyncTo(length int64) (full bool, err error) {
	if err := f.sync(); err != nil {
		return false, err
	}
	return f.File.SyncTo(length)
}

var errSync = errors.New("the disk is broken")

// sync waits until the log may be synced.
func (f heldFile) sync() error {
	if !f.fs.AtWrite {
		f.fs.hold().await()
	}
	if f.fs.Broken.Load() {
		return errSync
	}
	f.fs.Syncs.Add(1)
	return nil
}

package storage_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/storage"
)

// A heldFS is a file system whose log waits for permission to be durable.
type heldFS struct {
	vfs.FS

	atWrite bool // what is withheld: writes of the log, instead of its fsync

	syncs atomic.Int64 // of the log
	mu    sync.Mutex
	held  chan struct{} // closed by release; nil: not held
}

// hold withholds permission until release is called.
func (fs *heldFS) hold() (release func()) {
	held := make(chan struct{})
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.held = held
	return func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.held = nil
		close(held)
	}
}

func (fs *heldFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, c)
	return fs.log(name, f), err
}

func (fs *heldFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(old, name, c)
	return fs.log(name, f), err
}

func (fs *heldFS) log(name string, f vfs.File) vfs.File {
	if f == nil || !strings.HasSuffix(name, ".log") {
		return f
	}
	return heldFile{f, fs}
}

type heldFile struct {
	vfs.File
	fs *heldFS
}

func (f heldFile) Sync() error     { return f.sync(f.File.Sync) }
func (f heldFile) SyncData() error { return f.sync(f.File.SyncData) }

func (f heldFile) SyncTo(n int64) (full bool, err error) {
	return full, f.sync(func() error {
		full, err = f.File.SyncTo(n)
		return err
	})
}

func (f heldFile) Write(p []byte) (int, error) {
	if f.fs.atWrite {
		f.fs.await()
	}
	return f.File.Write(p)
}

func (f heldFile) sync(durable func() error) error {
	if !f.fs.atWrite {
		f.fs.await()
	}
	f.fs.syncs.Add(1)
	return durable()
}

// await waits for permission.
func (fs *heldFS) await() {
	fs.mu.Lock()
	held := fs.held
	fs.mu.Unlock()
	if held != nil {
		<-held
	}
}

// keysOf returns the keys that a scan shows, at most so many.
func keysOf(most int, scan func(lower, upper []byte, f func(key, value []byte) (bool, error)) error, lower, upper string) func() (string, error) {
	return func() (string, error) {
		var keys []string
		err := scan([]byte(lower), []byte(upper), func(key, _ []byte) (bool, error) {
			keys = append(keys, string(key))
			return len(keys) < most, nil
		})
		return strings.Join(keys, ""), err
	}
}

func valueOf(r storage.Reader, key string) func() (string, error) {
	return func() (v string, err error) {
		_, err = r.Get([]byte(key), func(value []byte) error {
			v = string(value)
			return nil
		})
		return v, err
	}
}

// A read that sees a change waits until the change is durable; others do not.
func TestReadsAwaitDurability(t *testing.T) {
	for _, d := range []storage.Durability{storage.Disk, storage.Process} {
		t.Run(d.String(), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { readWhilePending(t, d) }) })
	}
}

func readWhilePending(t *testing.T, d storage.Durability) {
	fs := &heldFS{FS: vfs.NewMem(), atWrite: d == storage.Process}
	db, err := storage.Open("data", storage.Options{Durability: d, FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, key := range []string{"a", "c", "d", "e", "k", "l", "m", "y", "z"} {
		set(t, db, key, "old")
	}
	before := db.Snapshot()
	defer before.Close()
	release := fs.hold()
	var writer sync.WaitGroup
	defer writer.Wait()
	writer.Go(func() {
		b := db.NewBatch()
		b.Set([]byte("b"), []byte("new"))
		b.Set([]byte("c"), []byte("new"))
		b.Delete([]byte("d"))
		b.DeleteRange([]byte("k"), []byte("m"))
		if err := b.Commit(); err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	during := db.Snapshot()
	defer during.Close()
	reads := readsWhilePending(db, before, during)
	done := make([]atomic.Bool, len(reads))
	var readers sync.WaitGroup
	for i, r := range reads {
		readers.Go(func() {
			got, err := r.read()
			if err != nil || got != r.want {
				t.Errorf("%s: %q, %v; want %q", r.name, got, err, r.want)
			}
			done[i].Store(true)
		})
	}
	synctest.Wait()
	for i, r := range reads {
		if waits := !done[i].Load(); waits != r.waits {
			t.Errorf("%s: waits = %v, want %v", r.name, waits, r.waits)
		}
	}
	release()
	readers.Wait()
}

// A pendingRead is a read while a commit is pending, what it finds, and whether
// it waits for the commit.
type pendingRead struct {
	name  string
	read  func() (string, error)
	want  string
	waits bool
}

// readsWhilePending are reads while the commit of readWhilePending is pending.
// Snapshot before is older than it, during is not.
func readsWhilePending(db *storage.DB, before, during *storage.Snapshot) []pendingRead {
	return []pendingRead{
		{"a key that was set", valueOf(db, "c"), "new", true},
		{"a key that is new", valueOf(db, "b"), "new", true},
		{"a key that was deleted", valueOf(db, "d"), "", true},
		{"a key that was deleted with its range", valueOf(db, "l"), "", true},
		{"a key of a snapshot", valueOf(during, "c"), "new", true},
		{"a range", keysOf(9, db.Scan, "a", "f"), "abce", true},
		{"a range backward", keysOf(9, db.ScanBackward, "a", "f"), "ecba", true},
		{"a range of a snapshot", keysOf(9, during.Scan, "a", "f"), "abce", true},
		{"a range of a snapshot backward", keysOf(9, during.ScanBackward, "a", "f"), "ecba", true},
		{"a range where a key was deleted", keysOf(9, db.Scan, "d", "e"), "", true},
		{"a range that meets a deleted range", keysOf(9, db.Scan, "l", "n"), "m", true},
		{"a range that ends at a change", keysOf(2, db.Scan, "a", "f"), "ab", true},
		{"a range that ends at a change backward", keysOf(2, db.ScanBackward, "a", "f"), "ec", true},

		{"another key", valueOf(db, "a"), "old", false},
		{"a key without a value", valueOf(db, "ab"), "", false},
		{"the end of a deleted range", valueOf(db, "m"), "old", false},
		{"a key of an older snapshot", valueOf(before, "c"), "old", false},
		{"a range of an older snapshot", keysOf(9, before.Scan, "a", "f"), "acde", false},
		{"another range", keysOf(9, db.Scan, "m", "zz"), "myz", false},
		{"a range that stops before a change", keysOf(1, db.Scan, "a", "f"), "a", false},
		{"a range that stops before a change backward", keysOf(1, db.ScanBackward, "a", "f"), "e", false},
		{"a range that ends before a change", keysOf(9, db.Scan, "a", "b"), "a", false},
	}
}

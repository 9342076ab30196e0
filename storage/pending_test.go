package storage_test

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/storage"
	"lullaby/storage/storagetest"
)

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
	fs := &storagetest.HeldFS{FS: vfs.NewMem(), AtWrite: d == storage.Process}
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
	began, release := fs.Hold("new")
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
	<-began
	synctest.Wait() // the change is in memory too
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

// Commits that arrive while another is under way share one fsync.
func TestCommitsShareAnFsync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fs := &storagetest.HeldFS{FS: vfs.NewMem()}
		db, err := storage.Open("data", storage.Options{FS: fs})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		began, release := fs.Hold("first")
		var writers sync.WaitGroup
		writers.Go(func() { set(t, db, "first", "1") })
		<-began
		before := fs.Syncs.Load()
		for i := range 50 {
			writers.Go(func() { set(t, db, strconv.Itoa(i), "1") })
		}
		synctest.Wait()
		release()
		writers.Wait()
		if got := fs.Syncs.Load() - before; got != 2 {
			t.Errorf("51 commits, of which 50 arrived during the first, took %d fsyncs, want 2", got)
		}
		for i := range 50 {
			if v, _ := value(t, db, strconv.Itoa(i)); v != "1" {
				t.Errorf("key %d has the value %q", i, v)
			}
		}
	})
}

// Batches are committed in the order of their submission, in whichever order their
// users wait, in one group or in several.
func TestBatchesCommitInOrder(t *testing.T) {
	for _, size := range []int{1, 2 << 20} { // bytes; the larger one fills a group
		synctest.Test(t, func(t *testing.T) {
			fs := &storagetest.HeldFS{FS: vfs.NewMem()}
			db, err := storage.Open("data", storage.Options{FS: fs})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			submitted := make([]storage.Submission, 9)
			for i := range submitted {
				b := db.NewBatch()
				b.Set([]byte("a"), []byte(strings.Repeat(strconv.Itoa(i), size)))
				if submitted[i], err = b.Submit(); err != nil {
					t.Fatal(err)
				}
			}
			durable := make([]atomic.Bool, len(submitted))
			var waiting sync.WaitGroup
			for i, s := range submitted[1:] {
				waiting.Go(func() {
					if err := s.Wait(); err != nil {
						t.Error(err)
					}
					durable[i+1].Store(true)
				})
			}
			synctest.Wait()
			for i := range durable {
				if durable[i].Load() {
					t.Errorf("batch %d of %d bytes is durable before the first", i, size)
				}
			}
			if err := submitted[0].Wait(); err != nil {
				t.Error(err)
			}
			waiting.Wait()
			if v, _ := value(t, db, "a"); v != strings.Repeat("8", size) {
				t.Errorf("a = %.1q..., want that of the last batch", v)
			}
		})
	}
}

// A single writer does not wait for others. After many writers it waits once, and
// not long.
func TestSingleWriterDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("data", storage.Options{FS: vfs.NewMem()})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		alone := func() time.Duration {
			start := time.Now()
			set(t, db, "alone", "1")
			return time.Since(start)
		}
		set(t, db, "first", "1")
		for range 10 {
			if took := alone(); took != 0 {
				t.Fatalf("a single writer waits for %v", took)
			}
		}
		var writers sync.WaitGroup
		for i := range 64 {
			writers.Go(func() { set(t, db, strconv.Itoa(i), "1") })
		}
		writers.Wait()
		if took := alone(); took > 3*time.Millisecond {
			t.Errorf("the first single writer after many waits for %v, want 3ms at most", took)
		}
		if took := alone(); took != 0 {
			t.Errorf("the second single writer after many waits for %v", took)
		}
	})
}

// What could not be made durable is not readable, and nothing is written after
// it.
func TestBrokenLog(t *testing.T) {
	fs := &storagetest.HeldFS{FS: vfs.NewMem()}
	fatal := make(chan error, 1)
	db, err := storage.Open("data", storage.Options{FS: fs, Fatal: func(err error) { fatal <- err }}) // not closed: Pebble cannot
	if err != nil {
		t.Fatal(err)
	}
	set(t, db, "a", "old")
	set(t, db, "b", "old")
	fs.Broken.Store(true)
	commit := func(key string) (err error) {
		b := db.NewBatch()
		b.Set([]byte(key), []byte("new"))
		return b.Commit()
	}
	go func() { // it does not return
		t.Errorf("a write was answered without its fsync: %v", commit("a"))
	}()
	if err := <-fatal; err == nil {
		t.Error("the store ended without a reason")
	}
	if v, err := valueOf(db, "a")(); err == nil {
		t.Errorf("the value %q is read without its fsync", v)
	}
	if keys, err := keysOf(9, db.Scan, "a", "b")(); err == nil {
		t.Errorf("the keys %q are read without their fsync", keys)
	}
	if v, _ := value(t, db, "b"); v != "old" {
		t.Errorf("b = %q, want old", v)
	}
	fs.Broken.Store(false)
	if err := commit("b"); err == nil {
		t.Error("a write was acknowledged after the log broke")
	}
	if v, _ := value(t, db, "b"); v != "old" {
		t.Errorf("b = %q after a refused write, want old", v)
	}
}

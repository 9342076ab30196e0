package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"lullaby/storage"
)

// A lineLog is a log whose lines a test reads.
type lineLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lineLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lineLog) log() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// lines returns the lines that have text.
func (l *lineLog) lines(text string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// A smallDisk is a disk of a gigabyte with as much room as the test says.
type smallDisk struct {
	vfs.FS
	free atomic.Int64 // bytes
}

func (d *smallDisk) take(n int) error {
	if d.free.Add(-int64(n)) < 0 {
		d.free.Add(int64(n))
		return syscall.ENOSPC
	}
	return nil
}

func (d *smallDisk) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: uint64(d.free.Load()), TotalBytes: 1 << 30}, nil
}

// Remove gives back the reserve; other files are small.
func (d *smallDisk) Remove(name string) error {
	err := d.FS.Remove(name)
	if err == nil && filepath.Base(name) == "reserve" {
		d.free.Add(reserve)
	}
	return err
}

func (d *smallDisk) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.open(d.FS.Create(name, c))
}

func (d *smallDisk) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return d.open(d.FS.OpenReadWrite(name, c, o...))
}

func (d *smallDisk) open(f vfs.File, err error) (vfs.File, error) { return smallFile{f, d}, err }

type smallFile struct {
	vfs.File
	disk *smallDisk
}

func (f smallFile) Write(p []byte) (int, error) {
	if err := f.disk.take(len(p)); err != nil {
		return 0, err
	}
	return f.File.Write(p)
}

func (f smallFile) Preallocate(_, length int64) error {
	if length != reserve {
		return nil
	}
	return f.disk.take(int(length))
}

const reserve = 32 << 20

// try sets a key, and with deleting it deletes one too and uses the reserve.
func try(db *storage.DB, key string, deleting bool) error {
	b := db.NewBatch()
	b.Set([]byte(key), []byte(key))
	if deleting {
		b.UseReserve()
		b.Delete([]byte("z"))
	}
	return b.Commit()
}

// When the disk fills, writes are refused, deletions and reads go on, and one line
// says so; when there is room, writes come back.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &smallDisk{FS: vfs.NewMem()}
		disk.free.Store(200 << 20)
		var out lineLog
		db, err := storage.Open("data", storage.Options{FS: disk, Log: out.log(), Fatal: func(err error) { t.Error(err) }})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for round := range 2 {
			set(t, db, "a", "1")
			if round == 0 {
				disk.free.Store(reserve/4 - 1) // seen at the next look
				time.Sleep(time.Second)
			} else {
				disk.free.Store(0) // met by a write, which uses the reserve
				set(t, db, "b", "2")
			}
			for range 3 {
				err := try(db, "c", false)
				if _, logged := errors.AsType[*storage.DiskError](err); !logged || !errors.Is(err, storage.ErrNoRoom) {
					t.Errorf("a write to a full disk: %v, want ErrNoRoom", err)
				}
			}
			if err := try(db, "d", true); err != nil {
				t.Errorf("a deletion on a full disk: %v", err)
			}
			if v, _ := value(t, db, "a"); v != "1" {
				t.Errorf("a = %q on a full disk, want 1", v)
			}
			time.Sleep(time.Minute)
			if got := out.lines("writes are refused"); len(got) != round+1 || !strings.Contains(got[round], "since=") {
				t.Errorf("after %d times of a full disk: %q", round+1, got)
			}
			disk.free.Store(200 << 20)
			time.Sleep(time.Second)
			if got := out.lines("writes are taken"); len(got) != round+1 || !strings.Contains(got[round], "refused=3") {
				t.Errorf("after %d times of room again: %q", round+1, got)
			}
		}
		if _, found := value(t, db, "c"); found {
			t.Error("a refused write was made")
		}
	})
}

// A write to a disk that a neighbour has just filled is refused. The reserve stays
// for deletions.
func TestWriteLeavesReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &smallDisk{FS: vfs.NewMem()}
		disk.free.Store(200 << 20)
		db, err := storage.Open("data", storage.Options{FS: disk, Fatal: func(err error) { t.Error(err) }})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		set(t, db, "a", "1")
		disk.free.Store(0)
		time.Sleep(2 * time.Millisecond) // much less than until the next regular look
		if err := try(db, "b", false); !errors.Is(err, storage.ErrNoRoom) {
			t.Errorf("a write to a full disk: %v, want ErrNoRoom", err)
		}
		if _, err := disk.Stat("data/reserve"); err != nil {
			t.Errorf("the reserve after a write that was refused: %v", err)
		}
		if err := try(db, "d", true); err != nil {
			t.Errorf("a deletion on a full disk: %v", err)
		}
	})
}

// When the reserve is used up too, nothing is written, and reads go on.
func TestFullDiskWithoutReserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := &smallDisk{FS: vfs.NewMem()}
		disk.free.Store(200 << 20)
		db, err := storage.Open("data", storage.Options{FS: disk, Fatal: func(err error) { t.Error(err) }})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		disk.free.Store(0)
		set(t, db, "a", "1") // takes the reserve
		disk.free.Store(0)
		time.Sleep(time.Second)
		if err := try(db, "d", true); !errors.Is(err, storage.ErrNoRoom) {
			t.Errorf("a deletion without a reserve: %v, want ErrNoRoom", err)
		}
		if v, _ := value(t, db, "a"); v != "1" {
			t.Errorf("a = %q, want 1", v)
		}
		disk.free.Store(200 << 20)
		time.Sleep(time.Second)
		set(t, db, "a", "2")
	})
}

func TestOpenOnFullDisk(t *testing.T) {
	for _, free := range []int64{0, reserve, reserve + reserve/4 - 1} {
		disk := &smallDisk{FS: vfs.NewMem()}
		disk.free.Store(free)
		_, err := storage.Open("data", storage.Options{FS: disk})
		full, ok := errors.AsType[*storage.FullError](err)
		if !ok || full.Dir != "data" || strings.Contains(err.Error(), "\n") {
			t.Errorf("Open with %d bytes free: %v, want one line of a FullError", free, err)
		}
	}
}

// Open ends when it is told to, also if the disk does not answer.
func TestOpenStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		hangs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
			if op.Kind == errorfs.OpFileSync {
				<-answer
			}
			return nil
		}))
		stop := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(stop) })
		if _, err := storage.Open("", storage.Options{FS: hangs, Stop: stop}); !errors.Is(err, context.Canceled) {
			t.Errorf("Open = %v, want context.Canceled", err)
		}
		close(answer)
	})
}

// An error of the log or of another file that is written ends the store, once.
func TestDiskThatCannotBeWritten(t *testing.T) {
	for _, file := range []string{".log", ".sst"} {
		t.Run(file, func(t *testing.T) {
			var broken atomic.Bool
			fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
				writes := op.Kind == errorfs.OpFileWrite || op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData
				if writes && broken.Load() && filepath.Ext(op.Path) == file {
					return &os.PathError{Op: "write", Path: op.Path, Err: syscall.EIO}
				}
				return nil
			}))
			ended := make(chan error, 9)
			db, err := storage.Open("data", storage.Options{FS: fs, Fatal: func(err error) { ended <- err }})
			if err != nil {
				t.Fatal(err)
			}
			set(t, db, "a", "1")
			broken.Store(true)
			for i := range 9 { // they do not return
				go func() {
					if err := try(db, strconv.Itoa(i), false); err == nil && file == ".log" {
						t.Error("a write that was not made was acknowledged")
					}
				}()
			}
			if file == ".sst" {
				go func() { _ = db.Close() }()
			}
			if err := <-ended; !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), file) {
				t.Errorf("the store ended with %v, want EIO of a %s", err, file)
			}
			if err := db.Close(); !errors.Is(err, syscall.EIO) || len(ended) > 0 {
				t.Errorf("Close = %v, %d further ends, want EIO and none", err, len(ended))
			}
		})
	}
}

func TestFolderThatIsRemoved(t *testing.T) {
	for _, part := range []string{"", "db"} {
		dir := filepath.Join(t.TempDir(), "data")
		ended := make(chan error, 1)
		if _, err := storage.Open(dir, storage.Options{Fatal: func(err error) { ended <- err }}); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, part)); err != nil {
			t.Fatal(err)
		}
		if _, removed := errors.AsType[*storage.RemovedError](<-ended); !removed {
			t.Errorf("the end of a store without %q is no RemovedError", part)
		}
	}
}

// A bad byte fails the reads of its block, in one line, and no other.
func TestDamagedBlock(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir, storage.Process)
	const keys = 5000
	for i := range keys {
		set(t, db, fmt.Sprintf("k%06d", i), strconv.Itoa(i*i*i*7919))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(dir, "db", "*.sst"))
	if err != nil || len(tables) != 1 {
		t.Fatal(tables, err)
	}
	flip(t, tables[0], 0.4)
	var out lineLog
	db, err = storage.Open(dir, storage.Options{Durability: storage.Process, Log: out.log(), Fatal: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	failed := 0
	for range 2 {
		for i := range keys {
			_, err := db.Get(fmt.Appendf(nil, "k%06d", i), func([]byte) error { return nil })
			if _, logged := errors.AsType[*storage.DiskError](err); logged {
				failed++
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	if failed == 0 || failed > keys/5 {
		t.Errorf("%d of %d reads failed, want those of one block", failed, 2*keys)
	}
	if got := out.lines("damaged"); len(got) != 1 || !strings.Contains(got[0], tables[0]) {
		t.Errorf("%q, want one line that names %s", got, tables[0])
	}
}

// flip changes a bit of a file, at a part of its length.
func flip(t *testing.T, file string, part float64) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b[int(part*float64(len(b)))] ^= 4
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

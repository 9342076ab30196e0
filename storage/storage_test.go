package storage_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"lullaby/storage"
)

func open(t *testing.T, dir string, d storage.Durability) *storage.DB {
	t.Helper()
	db, err := storage.Open(dir, storage.Options{Durability: d})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func set(t *testing.T, db *storage.DB, key, value string) {
	t.Helper()
	b := db.NewBatch()
	b.Set([]byte(key), []byte(value))
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
}

func value(t *testing.T, r storage.Reader, key string) (v string, found bool) {
	t.Helper()
	found, err := r.Get([]byte(key), func(b []byte) error {
		v = string(b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, found
}

func TestBatchesAreKept(t *testing.T) {
	for _, d := range []storage.Durability{storage.Disk, storage.Process} {
		t.Run(d.String(), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "data")
			db := open(t, dir, d)
			set(t, db, "a", "1")
			dropped := db.NewBatch()
			dropped.Set([]byte("b"), []byte("2"))
			if err := errors.Join(dropped.Close(), db.Close()); err != nil {
				t.Fatal(err)
			}
			db = open(t, dir, d)
			defer db.Close()
			if v, _ := value(t, db, "a"); v != "1" {
				t.Errorf("a = %q after a restart, want 1", v)
			}
			if _, found := value(t, db, "b"); found {
				t.Error("b of a batch that was closed is there")
			}
		})
	}
}

func TestScanAndSnapshot(t *testing.T) {
	db := open(t, "", storage.Memory)
	defer db.Close()
	for _, k := range []string{"a", "b", "c", "d"} {
		set(t, db, k, k)
	}
	before := db.Snapshot()
	defer before.Close()
	b := db.NewBatch()
	b.DeleteRange([]byte("b"), []byte("d"))
	b.Delete([]byte("a"))
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	keys := func(r storage.Reader, most int) string {
		var got bytes.Buffer
		err := r.Scan([]byte("a"), []byte("z"), func(k, _ []byte) (bool, error) {
			got.Write(k)
			return got.Len() < most, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got.String()
	}
	if got := keys(db, 9); got != "d" {
		t.Errorf("keys left %q, want d", got)
	}
	if got := keys(before, 3); got != "abc" {
		t.Errorf("first three keys of the snapshot %q, want abc", got)
	}
	stop := errors.New("stop")
	if err := db.Scan([]byte("a"), nil, func(_, _ []byte) (bool, error) { return true, stop }); !errors.Is(err, stop) {
		t.Errorf("scan ended with %v, want what the function returned", err)
	}
}

// The test binary is the other process that has the folder open.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LOCK_DIR"); dir != "" {
		db, err := storage.Open(dir, storage.Options{})
		if err != nil {
			os.Exit(3)
		}
		_, _ = os.Stdout.WriteString("open\n")
		_, _ = os.Stdin.Read(make([]byte, 1))
		_ = db.Close()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestFolderInUseNamesItsProcess(t *testing.T) {
	dir := t.TempDir()
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), "LOCK_DIR="+dir)
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	_, err = storage.Open(dir, storage.Options{})
	var locked *storage.LockedError
	if !errors.As(err, &locked) || locked.PID != other.Process.Pid || locked.Dir != dir {
		t.Errorf("Open = %v, want a LockedError with pid %d", err, other.Process.Pid)
	}
	_ = in.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	db := open(t, dir, storage.Disk)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestNewerFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "version"), []byte("99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := storage.Open(dir, storage.Options{})
	var newer *storage.VersionError
	if !errors.As(err, &newer) || newer.Version != 99 {
		t.Errorf("Open = %v, want a VersionError of 99", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the refused folder was written to: %v", err)
	}
}

func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(file, storage.Options{}); err == nil {
		t.Error("opened a file as a folder")
	}
}

func TestDurabilityNames(t *testing.T) {
	for _, d := range []storage.Durability{storage.Disk, storage.Process, storage.Memory} {
		var got storage.Durability
		if err := got.UnmarshalText([]byte(d.String())); err != nil || got != d {
			t.Errorf("%v reads as %v, %v", d, got, err)
		}
	}
	if err := new(storage.Durability).UnmarshalText([]byte("tape")); err == nil {
		t.Error("tape is a durability")
	}
}

func BenchmarkCommit(b *testing.B) {
	for _, d := range []storage.Durability{storage.Disk, storage.Process, storage.Memory} {
		b.Run(d.String()+"/1KB", func(b *testing.B) {
			db, err := storage.Open(b.TempDir(), storage.Options{Durability: d})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			value := bytes.Repeat([]byte("x"), 1024)
			b.SetParallelism(32)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					batch := db.NewBatch()
					batch.Set([]byte(strconv.Itoa(i)), value)
					if err := batch.Commit(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

package storage_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lullaby/storage"
)

// logged writes n keys from some goroutines, and returns a copy of the folder as
// a kill leaves it: the keys are in the log alone. The folder was opened before as
// often as said: the first log of a folder has no promises of what is synced.
func logged(t *testing.T, n, writers, before int) (dir string) {
	t.Helper()
	live, dir := t.TempDir(), t.TempDir()
	for range before {
		if err := open(t, live, storage.Disk).Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, live, storage.Disk)
	defer db.Close()
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := w; i < n; i += writers {
				b := db.NewBatch()
				b.Set(fmt.Appendf(nil, "k%06d", i), []byte(strings.Repeat("v", i*7919%700)))
				if err := b.Commit(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	if err := os.CopyFS(dir, os.DirFS(live)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// newest returns the newest log of a folder.
func newest(t *testing.T, dir string) string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "db", "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatal(logs, err)
	}
	return logs[len(logs)-1]
}

// reopened opens the folder and returns how many keys are there and what was
// said of the log. It fails if a key is missing before one that is there.
func reopened(t *testing.T, dir string) (keys int, out *lineLog) {
	t.Helper()
	out = new(lineLog)
	db, err := storage.Open(dir, storage.Options{Durability: storage.Process, Log: out.log()})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Scan([]byte("k"), []byte("l"), func(_, _ []byte) (bool, error) { keys++; return true, nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return keys, out
}

// A bad byte anywhere in the newest log: a start says that acknowledged writes are
// lost, keeps those before it, and keeps the log. A record of the log has the
// writes that were committed together, of one writer one.
func TestDamagedLog(t *testing.T) {
	const keys = 519
	for _, writers := range []int{1, 16} {
		whole := logged(t, keys, writers, writers%2)
		if got, out := reopened(t, copied(t, whole)); got != keys || len(out.lines("newest log")) != 0 {
			t.Fatalf("%d keys of %d after a kill, and %q", got, keys, out.lines(""))
		}
		for i := range 24 {
			dir := copied(t, whole)
			part := float64(i) / 24
			if i == 23 {
				part = 0.9999
			}
			flip(t, newest(t, dir), part)
			kept, out := reopened(t, dir)
			lines := out.lines("newest log is damaged")
			aside, _ := filepath.Glob(filepath.Join(dir, "damaged-*.log"))
			if kept >= keys || len(lines) != 1 || len(aside) != 1 || !strings.Contains(lines[0], aside[0]) ||
				writers == 1 && !strings.Contains(lines[0], fmt.Sprintf("kept_records=%d ", kept)) {
				t.Errorf("%d writers, a bad byte at %.2f of the log: %d keys, %q, %q", writers, part, kept, lines, aside)
			}
			if got, out := reopened(t, dir); got != kept || len(out.lines("newest log")) != 0 {
				t.Errorf("the start after that: %d keys of %d, and %q", got, kept, out.lines("newest log"))
			}
		}
	}
}

// A log that is shorter than what was synced is damaged too.
func TestShortLog(t *testing.T) {
	dir := logged(t, 100, 1, 1)
	info, err := os.Stat(newest(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(newest(t, dir), info.Size()/2); err != nil {
		t.Fatal(err)
	}
	if kept, out := reopened(t, dir); kept > 60 || len(out.lines("newest log is damaged")) != 1 {
		t.Errorf("%d keys of half a log, and %q", kept, out.lines(""))
	}
}

// A write that was under way at the kill is no damage: nobody was told that it was
// made.
func TestTornLog(t *testing.T) {
	dir := logged(t, 100, 1, 0)
	name := newest(t, dir)
	log, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	torn := append([]byte{}, log[:60]...) // the first chunk's head and a part of it
	if binary.LittleEndian.Uint16(torn[4:]) < 60 {
		binary.LittleEndian.PutUint16(torn[4:], 2000)
	}
	if err := os.WriteFile(name, append(log, torn...), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, out := reopened(t, dir)
	if kept != 100 || len(out.lines("level=INFO msg=\"the newest log ends within a write")) != 1 || len(out.lines("damaged")) != 0 {
		t.Errorf("%d keys of 100, and %q", kept, out.lines(""))
	}
}

// Without the note of what was synced, as after a power loss, damage with whole
// writes behind it is still found. It is called damage if one of them promises
// that what is before it was synced; the writes of a folder's first log do not.
func TestDamagedLogWithoutNote(t *testing.T) {
	const tries = 20
	for before := range 2 {
		whole := logged(t, 519, 1, before)
		certain, open := 0, 0
		for i := range tries {
			dir := copied(t, whole)
			if err := os.Remove(filepath.Join(dir, "synced")); err != nil {
				t.Fatal(err)
			}
			flip(t, newest(t, dir), float64(i)/tries)
			_, out := reopened(t, dir)
			certain += len(out.lines("newest log is damaged"))
			open += len(out.lines("newest log has a gap"))
		}
		if certain+open != tries || before == 0 && certain > 0 || before == 1 && certain < tries*3/4 {
			t.Errorf("log %d: of %d damaged logs %d were called damaged and %d a gap", before+1, tries, certain, open)
		}
	}
}

func copied(t *testing.T, from string) (to string) {
	t.Helper()
	to = t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

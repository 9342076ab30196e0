package storage

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A syncNote is a file that says how much of which log was synced. It is written
// after each sync of the log and not synced itself: after a kill it is exact, and
// after a power loss it is an older one, so it never promises too much. With
// Durability Process, where a sync is no more than a write, it follows at an
// interval, for it would double the cost, and promises nothing for a power loss.
//
// Without the note a start cannot tell a damaged end of the log from one that was
// being written: Pebble's log says in each chunk how far it was synced, but a
// chunk behind the damage has to say so, and at the end there is none. The first
// log of a folder says nothing, for it is of an older format.
//
// Safe for concurrent use.
type syncNote struct {
	file  vfs.File
	every time.Duration // least time between two notes

	mu      sync.Mutex
	log     uint64 // what is to be noted
	synced  int64
	pending bool // it is not noted
	last    time.Time
}

// noteEvery is the interval of the note with Durability Process. What was written
// shortly before a kill is noted within watchEvery.
const noteEvery = 10 * time.Millisecond

// The note has the number of the log, the synced bytes, and a checksum of both.
const syncNoteSize = 8 + 8 + 4

func syncNotePath(fs vfs.FS, dir string) string { return fs.PathJoin(dir, "synced") }

// readSyncNote returns the note of dir, zero if there is none or it is damaged.
func readSyncNote(fs vfs.FS, dir string) (log uint64, synced int64) {
	f, err := fs.Open(syncNotePath(fs, dir))
	if err != nil {
		return 0, 0
	}
	var b [syncNoteSize]byte
	n, _ := f.ReadAt(b[:], 0)
	_ = f.Close()
	if n < len(b) || crc32.ChecksumIEEE(b[:16]) != binary.BigEndian.Uint32(b[16:]) {
		return 0, 0
	}
	return binary.BigEndian.Uint64(b[:]), int64(binary.BigEndian.Uint64(b[8:]))
}

// newSyncNote opens the note of dir for writing.
func newSyncNote(fs vfs.FS, dir string, d Durability) (*syncNote, error) {
	f, err := fs.OpenReadWrite(syncNotePath(fs, dir), vfs.WriteCategoryUnspecified)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &syncNote{file: f}
	if d == Process {
		s.every = noteEvery
	}
	return s, nil
}

// note replaces the note, or has flush replace it if the last one is new.
func (s *syncNote) note(log uint64, synced int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log, s.synced, s.pending = log, synced, true
	if s.every > 0 {
		now := time.Now()
		if now.Sub(s.last) < s.every {
			return
		}
		s.last = now
	}
	s.writeLocked()
}

// flush writes what is not noted.
func (s *syncNote) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending {
		s.writeLocked()
	}
}

// A note that cannot be written leaves an older one, which is true as well.
func (s *syncNote) writeLocked() {
	var b [syncNoteSize]byte
	binary.BigEndian.PutUint64(b[:], s.log)
	binary.BigEndian.PutUint64(b[8:], uint64(s.synced))
	binary.BigEndian.PutUint32(b[16:], crc32.ChecksumIEEE(b[:16]))
	_, _ = s.file.WriteAt(b[:], 0)
	s.pending = false
}

func (s *syncNote) close() error {
	if s == nil {
		return nil
	}
	return s.file.Close()
}

// logNumber returns the number of a log's file, whose name is 000123.log.
func logNumber(name string) (n uint64, isLog bool) {
	digits, isLog := strings.CutSuffix(filepath.Base(name), ".log")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, isLog && err == nil
}

// A logFile is a log that is being written. Pebble writes to it and syncs it from
// one goroutine at a time.
type logFile struct {
	*diskFile

	number  uint64
	written atomic.Int64 // bytes
}

func (f *logFile) Write(p []byte) (int, error) {
	n, err := f.diskFile.Write(p)
	f.written.Add(int64(n))
	return n, err
}

func (f *logFile) Sync() error { return f.note(f.diskFile.Sync) }

func (f *logFile) SyncData() error { return f.note(f.diskFile.SyncData) }

// note syncs, and then writes down how much was synced.
func (f *logFile) note(sync func() error) error {
	written := f.written.Load()
	if err := sync(); err != nil {
		return err
	}
	f.disk.synced.note(f.number, written)
	return nil
}

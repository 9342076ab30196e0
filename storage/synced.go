package storage

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A syncNote is a file that says how much of which log was synced. It is written
// after each sync of the log and not synced itself: after a kill it is exact, and
// after a power loss it is an older one, so it never promises too much (Durability
// Process apart, which promises nothing for a power loss).
//
// Without the note a start cannot tell a damaged end of the log from one that was
// being written: Pebble's log says in each chunk how far it was synced, but a
// chunk behind the damage has to say so, and at the end there is none.
type syncNote struct{ file vfs.File }

// The note has the number of the log, the synced bytes, and a checksum of both.
const syncNoteSize = 8 + 8 + 4

func syncNotePath(fs vfs.FS, dir string) string { return fs.PathJoin(dir, "synced") }

// readSyncNote returns the note of dir, zero if there is none or it is damaged.
func readSyncNote(fs vfs.FS, dir string) (log uint64, synced int64) {
	f, err := fs.Open(syncNotePath(fs, dir))
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	var b [syncNoteSize]byte
	if n, _ := f.ReadAt(b[:], 0); n < len(b) || crc32.ChecksumIEEE(b[:16]) != binary.BigEndian.Uint32(b[16:]) {
		return 0, 0
	}
	return binary.BigEndian.Uint64(b[:]), int64(binary.BigEndian.Uint64(b[8:]))
}

// newSyncNote opens the note of dir for writing.
func newSyncNote(fs vfs.FS, dir string) (*syncNote, error) {
	f, err := fs.OpenReadWrite(syncNotePath(fs, dir), vfs.WriteCategoryUnspecified)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return &syncNote{f}, nil
}

// write replaces the note.
func (s *syncNote) write(log uint64, synced int64) error {
	var b [syncNoteSize]byte
	binary.BigEndian.PutUint64(b[:], log)
	binary.BigEndian.PutUint64(b[8:], uint64(synced))
	binary.BigEndian.PutUint32(b[16:], crc32.ChecksumIEEE(b[:16]))
	_, err := s.file.WriteAt(b[:], 0)
	return err
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
	return f.disk.synced.write(f.number, written)
}

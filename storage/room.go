package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// The reserve is a file that holds room for what must go on when the disk is
// full: deletions, the flushes of the log, the state of capacity. It has
// maxReserve bytes, or an eighth of a smaller disk. When less than a quarter of
// that is free beside it, writes are refused; they come back when twice as much
// is free.
const (
	maxReserve   = 32 << 20
	reserveShare = 8 // of the disk
	lineShare    = 4 // of the reserve
)

// lookEvery bounds how old the last look at the disk may be when a write is
// admitted. The log cannot drop a write that it has begun, so a write that finds no
// room takes the reserve from deletions. A neighbour that fills the disk needs more
// than lookEvery for the last quarter of a reserve.
const lookEvery = time.Millisecond

// A FullError says that the disk has too little room for Open.
type FullError struct {
	Dir        string
	Free, Need int64 // bytes
}

func (e *FullError) Error() string {
	return fmt.Sprintf("data folder %s: the disk is full: %s free, %s needed to start", e.Dir, mb(e.Free), mb(e.Need))
}

func mb(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

// isFull reports whether an error is of a full disk or quota.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// How much a store may write.
const (
	roomForAll     = iota
	roomForDeletes // what uses the reserve
	roomForNone    // the reserve is used up
)

// A room watches how much of the disk is free, and keeps the reserve. The nil room
// is that of a store without a disk. Safe for concurrent use.
type room struct {
	fs            vfs.FS
	dir, file     string // the folder, the reserve
	reserve, line int64  // bytes
	log           *slog.Logger

	state   atomic.Int32 // changed with mu held
	refused atomic.Int64 // writes since the last change to roomForAll
	opened  time.Time
	looked  atomic.Int64 // when the disk was last measured, in ns after opened; changed with mu held

	mu    sync.Mutex
	held  bool // the reserve is there
	since time.Time
}

// newRoom measures the disk of dir, which exists, and makes the reserve. It
// returns nil for a file system that has no measure. The error is a *FullError or
// of the file system.
func newRoom(fs vfs.FS, dir string, log *slog.Logger) (*room, error) {
	usage, err := fs.GetDiskUsage(dir)
	if errors.Is(err, vfs.ErrUnsupported) {
		return nil, nil //nolint:nilnil // as documented
	}
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	r := &room{fs: fs, dir: dir, file: fs.PathJoin(dir, "reserve"), log: log, opened: time.Now()}
	r.reserve = min(maxReserve, int64(usage.TotalBytes)/reserveShare)
	r.line = r.reserve / lineShare
	if err := r.allocate(); err != nil {
		if isFull(err) {
			return nil, &FullError{dir, int64(usage.AvailBytes), r.reserve + r.line}
		}
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if free, err := r.free(); err != nil || free < r.line {
		return nil, errors.Join(err, &FullError{dir, free, r.line})
	}
	return r, nil
}

func (r *room) free() (int64, error) {
	usage, err := r.fs.GetDiskUsage(r.dir)
	if err != nil {
		return 0, fmt.Errorf("data folder: %w", err)
	}
	return int64(usage.AvailBytes), nil
}

// allocate makes the reserve, or makes sure that it has its blocks. Its caller is
// newRoom or holds mu.
func (r *room) allocate() error {
	f, err := r.fs.OpenReadWrite(r.file, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	err = errors.ErrUnsupported
	if runtime.GOOS == "linux" { // elsewhere Preallocate does nothing
		err = f.Preallocate(0, r.reserve)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		err = fill(f, r.reserve)
	}
	r.held = err == nil
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, r.fs.Remove(r.file))
	}
	return nil
}

// fill writes n zeros, for file systems that cannot allocate otherwise.
func fill(f vfs.File, n int64) error {
	zeros := make([]byte, 1<<20)
	for n > 0 {
		wrote, err := f.Write(zeros[:min(n, int64(len(zeros)))])
		if err != nil {
			return err
		}
		n -= int64(wrote)
	}
	return f.Sync()
}

// admit returns nil if a write may be made. Its error is a *DiskError that
// matches ErrNoRoom.
func (r *room) admit(usesReserve bool) error {
	if r == nil {
		return nil
	}
	if !usesReserve && r.state.Load() == roomForAll && r.stale() {
		r.lookAgain()
	}
	state := r.state.Load()
	if state == roomForAll || state == roomForDeletes && usesReserve {
		return nil
	}
	r.refused.Add(1)
	return &DiskError{ErrNoRoom}
}

// stale reports whether the last look is older than lookEvery.
func (r *room) stale() bool {
	return time.Since(r.opened)-time.Duration(r.looked.Load()) > lookEvery
}

// lookAgain measures, unless another write has done so meanwhile.
func (r *room) lookAgain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stale() {
		r.measureLocked()
	}
}

// measure looks how much is free, and changes what may be written.
func (r *room) measure() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measureLocked()
}

func (r *room) measureLocked() {
	r.looked.Store(int64(time.Since(r.opened)))
	free, err := r.free()
	if err != nil {
		return // the folder is gone, or the next write says what is wrong
	}
	if !r.held && free >= r.reserve+2*r.line && r.allocate() == nil {
		free -= r.reserve
	}
	line := r.line
	if r.state.Load() != roomForAll {
		line *= 2
	}
	switch {
	case r.held && free >= line:
		r.setLocked(roomForAll, free)
	case !r.held && free < r.reserve/lineShare/2:
		r.setLocked(roomForNone, free)
	default:
		r.setLocked(roomForDeletes, free)
	}
}

// give is called for a write that found no room. It reports whether it has given
// up the reserve, so that the write can be made now.
func (r *room) give() bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held {
		r.setLocked(roomForNone, 0)
		return false
	}
	r.held = false
	r.setLocked(roomForDeletes, 0)
	return r.fs.Remove(r.file) == nil
}

// setLocked changes the state and writes one line for the change between writes
// that are taken and writes that are refused.
func (r *room) setLocked(state int32, free int64) {
	old := r.state.Swap(state)
	switch {
	case old == roomForAll && state != roomForAll:
		r.since = time.Now()
		r.refused.Store(0)
		r.log.Error("the disk is full: writes are refused with InternalServerError, reads and deletions go on",
			slog.String("folder", r.dir), slog.Time("since", r.since), slog.String("free", mb(free)),
			slog.String("needed", mb(2*r.line)), slog.String("reserve", mb(r.reserve)))
	case old != roomForAll && state == roomForAll:
		r.log.Info("the disk has room again: writes are taken", slog.String("folder", r.dir),
			slog.Time("refused_since", r.since), slog.Int64("refused", r.refused.Load()), slog.String("free", mb(free)))
	}
}

// leaves reports whether n bytes can be taken without coming near the line.
func (r *room) leaves(n int64) bool {
	if r == nil {
		return true
	}
	free, err := r.free()
	return err == nil && free-n >= 4*r.line
}

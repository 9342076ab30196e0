package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// A DiskError is an error of the disk that the store has written to its log:
// once, not for each request that meets it.
type DiskError struct{ Err error }

func (e *DiskError) Error() string { return e.Err.Error() }

func (e *DiskError) Unwrap() error { return e.Err }

// ErrNoRoom is matched by a DiskError of a write that was refused because the
// disk is full.
var ErrNoRoom = errors.New("no room on the disk")

// A failure is the end of a store that cannot go on, such as one whose log cannot
// be written. Safe for concurrent use.
type failure struct {
	fatal func(error) // see Options.Fatal

	mu    sync.Mutex
	open  bool          // Open has returned the store; before, it returns the error
	err   error         // the first
	ended chan struct{} // closed by the first fail
}

func newFailure(fatal func(error)) *failure {
	if fatal == nil {
		fatal = func(err error) { panic("storage: " + err.Error()) }
	}
	return &failure{fatal: fatal, ended: make(chan struct{})}
}

// fail ends the store. It does not return: its caller, often in the middle of a
// change of Pebble's, must not go on, and holds whatever lock it holds.
func (f *failure) fail(err error) {
	f.mu.Lock()
	first, open := f.err == nil, f.open
	if first {
		f.err = err
		close(f.ended)
	}
	f.mu.Unlock()
	if first && open {
		f.fatal(err)
	}
	select {}
}

// opened has later failures end the process. The error is that of an earlier one.
func (f *failure) opened() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open = f.err == nil
	return f.err
}

// isOpen reports whether Open has returned the store.
func (f *failure) isOpen() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open
}

// failed returns the error with which the store ended, nil if it works.
func (f *failure) failed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// once remembers what was written to the log, so that a block that is read a
// thousand times is named in one line. Safe for concurrent use.
type once struct {
	mu   sync.Mutex
	seen map[string]bool
}

// maxSeen bounds the memory of a once. Faults beyond it are not written.
const maxSeen = 1000

func (o *once) first(what string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen[what] || len(o.seen) == maxSeen {
		return false
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[what] = true
	return true
}

// listener returns what hears of Pebble's faults. A damaged block fails the reads
// that meet it, and Pebble leaves its file out of compactions. Every fault of the
// background is written once until another comes: those of a full disk are
// written by room, and others that can end the store have ended it.
func listener(log *slog.Logger) *pebble.EventListener {
	var damaged, background once
	return &pebble.EventListener{
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			details := fmt.Sprint(info.Details)
			if damaged.first(info.Path + details) {
				log.Error("a block of the data is damaged: requests that need it fail",
					slog.String("file", info.Path), slog.String("error", details))
			}
		},
		BackgroundError: func(err error) {
			if isFull(err) || errors.Is(err, pebble.ErrCorruption) {
				return
			}
			if text := err.Error(); background.first(text) {
				log.Error("storage", slog.String("error", text))
			}
		},
	}
}

// pebbleLog logs Pebble's messages at debug level. A fatal fault ends the store:
// no further write could be acknowledged.
type pebbleLog struct {
	log     *slog.Logger
	failure *failure
}

func (l pebbleLog) Infof(format string, args ...any) {
	l.log.Debug("storage", slog.String("message", fmt.Sprintf(format, args...)))
}

func (l pebbleLog) Errorf(format string, args ...any) {
	l.log.Error("storage", slog.String("message", fmt.Sprintf(format, args...)))
}

func (l pebbleLog) Fatalf(format string, args ...any) {
	l.failure.fail(fmt.Errorf(format, args...)) //nolint:err113 // the text is Pebble's
}

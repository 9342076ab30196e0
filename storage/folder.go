package storage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// layoutVersion is the version of the folder and of the keys and values in it.
// Open upgrades a folder of a lower version and refuses one of a higher.
const layoutVersion = 1

// A LockedError says that another process has the folder open.
type LockedError struct {
	Dir string
	PID int // of that process; 0 if not known
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("data folder %s is in use by %s", e.Dir, who)
}

// A VersionError says that a newer version of the program wrote the folder.
type VersionError struct {
	Dir     string
	Version int
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("data folder %s has version %d, newer than this program's %d", e.Dir, e.Version, layoutVersion)
}

func pebbleDir(dir string) string { return filepath.Join(dir, "db") }

// claim creates the folder if it does not exist, locks it for this process and
// checks its version. Closing the result releases the lock.
func claim(dir string) (io.Closer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "pid"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(&LockedError{Dir: dir, PID: readNumber(f.Name())}, f.Close())
	}
	if err := errors.Join(checkVersion(dir), writePID(f)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

// checkVersion refuses a newer layout, and marks a new folder with this one.
func checkVersion(dir string) error {
	file := filepath.Join(dir, "version")
	switch v := readNumber(file); {
	case v > layoutVersion:
		return &VersionError{dir, v}
	case v == layoutVersion:
		return nil
	}
	if err := os.WriteFile(file, []byte(strconv.Itoa(layoutVersion)+"\n"), 0o644); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

// readNumber reads the number in a file, 0 if there is none.
func readNumber(file string) int {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return n
}

// pebbleLog logs Pebble's messages at debug level. A fatal fault, such as a log
// that cannot be written, ends the process: no further write could be
// acknowledged.
type pebbleLog struct{ log *slog.Logger }

func (l pebbleLog) Infof(format string, args ...any) {
	l.log.Debug("storage", slog.String("message", fmt.Sprintf(format, args...)))
}

func (l pebbleLog) Errorf(format string, args ...any) {
	l.log.Error("storage", slog.String("message", fmt.Sprintf(format, args...)))
}

func (l pebbleLog) Fatalf(format string, args ...any) {
	panic("storage: " + fmt.Sprintf(format, args...))
}

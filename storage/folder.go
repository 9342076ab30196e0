package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
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

// makeFolder creates a folder and its parents. A power loss keeps those that it
// has made.
func makeFolder(fs vfs.FS, dir string) error {
	missing := []string{}
	for at := dir; ; at = fs.PathDir(at) {
		if _, err := fs.Stat(at); err == nil || fs.PathDir(at) == at {
			break
		}
		missing = append(missing, at)
	}
	if err := fs.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	for _, made := range missing {
		if err := syncDir(fs, fs.PathDir(made)); err != nil {
			return fmt.Errorf("data folder: %w", err)
		}
	}
	return nil
}

// claim creates the folder if it does not exist, locks it for this process and
// checks its version.
func claim(dir string) (*folder, error) {
	if err := makeFolder(vfs.Default, dir); err != nil {
		return nil, err
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
	return &folder{dir, f}, nil
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

// A folder is the data folder of an open store, locked for this process.
type folder struct {
	dir string
	pid *os.File // holds the lock
}

// A RemovedError says that the data folder is gone, or another is in its place.
type RemovedError struct{ Dir string }

func (e *RemovedError) Error() string { return "data folder " + e.Dir + " was removed" }

// present returns a *RemovedError if the folder is not where it was opened. The
// nil folder is always there.
func (f *folder) present() error {
	if f == nil {
		return nil
	}
	opened, err := f.pid.Stat()
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	now, err := os.Stat(f.pid.Name())
	if err != nil || !os.SameFile(opened, now) {
		return &RemovedError{f.dir}
	}
	if _, err := os.Stat(pebbleDir(f.dir)); errors.Is(err, os.ErrNotExist) {
		return &RemovedError{pebbleDir(f.dir)}
	}
	return nil
}

func (f *folder) unlock() error {
	if f == nil {
		return nil
	}
	return f.pid.Close()
}

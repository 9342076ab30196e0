// Package changes notices that files of a person's project change, by looking at them
// again and again: it needs nothing of the system, and sees a change on every file
// system.
//
// The package is internal to the program; its interface may change with any
// commit.
package changes

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxFiles bounds how many files of one root are looked at. What comes behind them
// is not seen to change.
const maxFiles = 20_000

// A Root is a file, or a folder with all files below it but those of folders that
// tools fill: node_modules, __pycache__, and names that begin with a dot.
type Root struct {
	Path     string
	Suffixes []string // of the files that count; nil: all
	Border   string   // a file: folders below that hold one are another root's; empty: none are
}

// A stamp is what is looked at of a file.
type stamp struct {
	size int64
	at   time.Time
	mode fs.FileMode
}

// A Watch remembers what the files of some roots looked like. Not safe for
// concurrent use.
type Watch struct {
	roots []Root
	seen  []map[string]stamp // of each root
}

// New returns a Watch of what is there now.
func New(roots []Root) *Watch {
	w := &Watch{roots: roots, seen: make([]map[string]stamp, len(roots))}
	for i, r := range roots {
		w.seen[i] = r.stamps()
	}
	return w
}

// Look returns a changed file of each root in which one has changed, come or gone
// since the last look, by the number of the root.
func (w *Watch) Look() map[int]string {
	changed := map[int]string{}
	for i, r := range w.roots {
		now := r.stamps()
		if file := difference(w.seen[i], now); file != "" {
			changed[i] = file
		}
		w.seen[i] = now
	}
	return changed
}

// difference returns a file of which two looks differ, the first by name, "" if there
// is none.
func difference(before, now map[string]stamp) string {
	first := ""
	note := func(file string) {
		if first == "" || file < first {
			first = file
		}
	}
	for file, s := range now {
		if was, there := before[file]; !there || was != s {
			note(file)
		}
	}
	for file := range before {
		if _, there := now[file]; !there {
			note(file)
		}
	}
	return first
}

// stamps looks at the files of a root. What cannot be read is not there.
func (r Root) stamps() map[string]stamp {
	all := map[string]stamp{}
	_ = filepath.WalkDir(r.Path, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // a file that is gone by now
		}
		if e.IsDir() {
			if path != r.Path && (strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules" || e.Name() == "__pycache__" || r.ends(path)) {
				return fs.SkipDir
			}
			return nil
		}
		if len(all) >= maxFiles {
			return fs.SkipAll
		}
		if path != r.Path && !r.counts(e.Name()) {
			return nil
		}
		if info, err := os.Stat(path); err == nil {
			all[path] = stamp{info.Size(), info.ModTime(), info.Mode()}
		}
		return nil
	})
	return all
}

func (r Root) ends(dir string) bool {
	if r.Border == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, r.Border))
	return err == nil
}

func (r Root) counts(name string) bool {
	if strings.HasPrefix(name, ".") && r.Suffixes == nil {
		return false // what editors leave
	}
	for _, suffix := range r.Suffixes {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return r.Suffixes == nil
}

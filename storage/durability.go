package storage

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Durability is what an acknowledged write survives.
type Durability uint8

// The durabilities, strongest first.
const (
	Disk    Durability = iota // power loss: fsynced
	Process                   // the end of the process, also by kill -9: written, not fsynced
	Memory                    // nothing: there is no folder
)

var durabilityNames = [...]string{"disk", "process", "memory"}

func (d Durability) String() string { return durabilityNames[d] }

// UnmarshalText reads disk, process or memory.
func (d *Durability) UnmarshalText(text []byte) error {
	for i, name := range durabilityNames {
		if name == string(text) {
			*d = Durability(i)
			return nil
		}
	}
	return fmt.Errorf("durability %q: want disk, process or memory", text)
}

// A processFS writes to the operating system when Pebble syncs, and does not wait
// for the disk. Pebble's own NoSync would keep the end of its log in the process,
// where a kill loses it.
type processFS struct{ vfs.FS }

func (fs processFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return written(fs.FS.Create(name, c))
}

func (fs processFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	return written(fs.FS.OpenReadWrite(name, c, opts...))
}

func (fs processFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return written(fs.FS.ReuseForWrite(old, name, c))
}

func (fs processFS) OpenDir(name string) (vfs.File, error) {
	return written(fs.FS.OpenDir(name))
}

// written wraps a file that was opened for writing.
func written(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return processFile{f}, nil
}

// A processFile passes each write to the operating system at once.
type processFile struct{ vfs.File }

func (processFile) Sync() error                { return nil }
func (processFile) SyncData() error            { return nil }
func (processFile) SyncTo(int64) (bool, error) { return true, nil }

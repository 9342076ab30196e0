package storage_test

import (
	"encoding/binary"
	"math/rand/v2"
	"path"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/storage"
)

// What was deleted gives its room on the disk back in a minute, though nothing else
// is written.
func TestDeletedRoom(t *testing.T) {
	const values, size = 600, 100 << 10
	chance := rand.New(rand.NewPCG(1, 2))
	value := make([]byte, size)
	key := func(i int) []byte { return binary.BigEndian.AppendUint16([]byte("i"), uint16(i)) }
	for _, tt := range []struct {
		name   string
		delete func(b *storage.Batch)
	}{
		{"one by one", func(b *storage.Batch) {
			for i := range values {
				b.Delete(key(i))
			}
		}},
		{"together", func(b *storage.Batch) { b.DeleteRange(key(0), key(values)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := vfs.NewMem()
				db, err := storage.Open("data", storage.Options{FS: disk})
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				for i := range values {
					for at := 0; at < size; at += 8 {
						binary.BigEndian.PutUint64(value[at:], chance.Uint64())
					}
					set(t, db, string(key(i)), string(value))
				}
				time.Sleep(time.Second) // for the flushes
				full := tables(t, disk, "data/db")
				b := db.NewBatch()
				tt.delete(b)
				if err := b.Commit(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute + time.Second)
				if left := tables(t, disk, "data/db"); left > full/4 {
					t.Errorf("the tables have %d KB, %d KB before everything was deleted", left>>10, full>>10)
				}
			})
		})
	}
}

// tables returns the bytes of the table files in a folder.
func tables(t *testing.T, fs vfs.FS, folder string) (bytes int64) {
	t.Helper()
	names, err := fs.List(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if path.Ext(name) != ".sst" {
			continue
		}
		info, err := fs.Stat(path.Join(folder, name))
		if err != nil {
			continue // deleted meanwhile
		}
		bytes += info.Size()
	}
	return bytes
}

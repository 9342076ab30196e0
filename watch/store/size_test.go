package store_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"lullaby/internal/longtest"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/store"
)

// A thousand series with a sample in every minute take little memory and disk. In
// fifteen days, of which LULLABY_LONG=1 plays three, it is 200 MB and 100 MB at most. One series
// in seven is a latency with ten different values a minute, the others are counts that
// change.
func TestSize(t *testing.T) {
	days := longtest.Of(1, 3)
	dir := t.TempDir()
	db, err := storage.Open(dir, storage.Options{Durability: storage.Process})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.New(db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	play1000(s, days)
	if took := heap() - before; took > 100<<20 {
		t.Errorf("1,000 series take %d MB of memory, want at most 100", took>>20)
	} else {
		t.Logf("%d days: %d MB of memory", days, took>>20)
	}
	runtime.KeepAlive(s)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if size := sizeOf(t, dir); size > int64(days)*200<<20/15 {
		t.Errorf("1,000 series of %d days take %d MB on disk, want at most %d", days, size>>20, days*200/15)
	} else {
		t.Logf("%d days: %d MB on disk", days, size>>20)
	}
}

// play1000 adds samples of some days to a thousand series.
func play1000(s *store.Store, days int) {
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a seed
	series := make([]watch.Series, 1000)
	for i := range series {
		series[i] = s.Series(latency, function(strconv.Itoa(i)))
	}
	for now := begin; now < begin.Add(time.Duration(days)*24*time.Hour); now = now.Add(time.Minute) {
		for i, number := range series {
			if i%7 > 0 {
				for range 1 + rng.IntN(4) {
					s.Add(now, number, 1)
				}
				continue
			}
			for range 10 {
				s.Add(now, number, float64(int64(rng.ExpFloat64()*2e7))/1e6)
			}
		}
		s.Tick(now)
	}
}

// heap returns the bytes of live objects, without Pebble's own, which it allocates
// elsewhere.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // a size
}

func sizeOf(t *testing.T, dir string) (size int64) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && filepath.Ext(path) == ".sst" {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}

package dynamo_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/internal/longtest"
	"lullaby/storage"
)

// Random histories have the same answers from the engine as from the model, and
// leave the same behind. LULLABY_LONG=1 goes on for a minute, a quarter of one with the race detector; LULLABY_SEED
// repeats the history of a seed.
func TestHistories(t *testing.T) {
	seed, histories, length := rand.Uint64(), longtest.Of(16, 1<<40), longtest.Of(300, 1_000)
	last := time.Now().Add(time.Duration(longtest.Histories(15, 30)) * time.Second)
	if s, err := strconv.ParseUint(os.Getenv("LULLABY_SEED"), 10, 64); err == nil {
		seed, histories = s, 1
	}
	var next, played atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(histories) && time.Now().Before(last) && !t.Failed(); i = next.Add(1) {
				played.Add(int64(playRandom(t, seed+uint64(i)-1, length)))
			}
		})
	}
	workers.Wait()
	t.Logf("%d requests, seeds from %d", played.Load(), seed)
}

// playRandom plays the history of a seed, shrinks it if it fails, and returns
// how many requests it made.
func playRandom(t *testing.T, seed uint64, length int) int {
	h := newModelHistory(seed)
	h.make(length)
	w, err := playHistory(h.tables, h.made, false)
	if err == nil {
		return w.asked
	}
	shortest := shrink(h.made, func(ops []modelOp) bool {
		_, err := playHistory(h.tables, ops, false)
		return err != nil
	})
	again, failed := playHistory(h.tables, shortest, true)
	if failed == nil {
		failed = fmt.Errorf("not always: %w", err)
	}
	t.Errorf("seed %d: %v\nthe shortest history that fails:\n%s", seed, failed, strings.Join(again.log, "\n"))
	return w.asked
}

// playHistory plays operations on new tables and checks what they leave. It
// keeps the requests if it is described to.
func playHistory(tables []*modelTable, ops []modelOp, keep bool) (w *world, err error) {
	if w, err = newWorld(tables, keep); err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for i, op := range ops {
		if err := op.play(w); err != nil {
			return w, fmt.Errorf("operation %d: %w", i, err)
		}
	}
	return w, w.check()
}

// check compares what the engine holds with the model: the entries of every
// index, the totals, and the number of keys in storage.
func (w *world) check() error {
	w.engine.AwaitCounts()
	keys := 0
	for i, t := range w.tables {
		out, err := w.do("DescribeTable", fmt.Sprintf(`{"TableName":%q}`, t.name))
		if err != nil {
			return err
		}
		described := out.(*dynamo.DescribeTableOutput).Table
		n, err := w.checkIndex(i, -1, described.ItemCount, described.TableSizeBytes)
		if err != nil {
			return err
		}
		keys += n
		for j, ix := range t.indexes {
			for _, d := range append(described.GlobalSecondaryIndexes, described.LocalSecondaryIndexes...) {
				if d.IndexName != ix.name {
					continue
				}
				n, err := w.checkIndex(i, j, d.ItemCount, d.IndexSizeBytes)
				if err != nil {
					return err
				}
				keys += n
			}
		}
	}
	stored := 0
	err := w.db.Scan([]byte{storage.Items}, []byte{storage.Items + 1}, func(_, _ []byte) (bool, error) {
		stored++
		return true, nil
	})
	if err == nil && stored != keys {
		err = fmt.Errorf("storage holds %d items and entries, want %d", stored, keys)
	}
	return err
}

// checkIndex compares the entries and the totals of an index, or of a table,
// and returns how many entries there are.
func (w *world) checkIndex(table, index int, count, bytes int64) (int, error) {
	t := w.tables[table]
	ix := t.primary()
	if index >= 0 {
		ix = t.indexes[index]
	}
	entries := t.entries(ix)
	var size int64
	for _, e := range entries {
		size += e.entry.size()
	}
	if count != int64(len(entries)) || bytes != size {
		return 0, fmt.Errorf("%s %s is described with %d entries of %d bytes, want %d of %d", t.name, ix.name, count, bytes, len(entries), size)
	}
	return len(entries), (&modelRead{table: table, index: index}).play(w)
}

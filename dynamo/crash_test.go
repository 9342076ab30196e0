package dynamo_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/internal/longtest"
	"lullaby/storage"
)

// A crasher is a client with items of its own in a table of all: it knows what
// they must be after each of its requests.
type crasher struct {
	id      int
	history *modelHistory
	world   *world // the engine, and the client's items alone
	states  []map[string]modelItem
	last    []modelOp // by state, what led to it
	tokens  int       // used

	asked, acknowledged atomic.Int64 // requests
}

// op makes the client's next request.
func (c *crasher) op() modelOp {
	own := func(w *modelWrite) *modelWrite {
		text := c.world.tables[0].randomKey(c.history.rng)["h"].text + "/" + strconv.Itoa(c.id)
		w.key = maps.Clone(w.key)
		w.key["h"] = str(text)
		if w.item != nil {
			w.item["h"] = str(text)
		}
		return w
	}
	if c.history.rng.IntN(2) == 0 {
		return own(c.history.write(true, "Put", "Update", "Delete"))
	}
	c.tokens++
	x := &modelTransaction{token: fmt.Sprintf("%d.%d", c.id, c.tokens)}
	// One item lists the transactions that were committed.
	clock := c.world.tables[0].randomKey(rand.New(rand.NewPCG(0, 0)))
	clock["h"] = str("clock/" + strconv.Itoa(c.id))
	x.writes = append(x.writes, &modelWrite{verb: "Update", key: clock, updates: []modelUpdate{
		{verb: "SET", form: "value", path: top("n"), val: num(strconv.Itoa(c.tokens))},
	}})
	for range 1 + c.history.rng.IntN(3) {
		x.writes = append(x.writes, own(c.history.write(true, "Put", "Update", "Delete")))
	}
	return x
}

// work makes requests until the crash.
func (c *crasher) work(crashed *atomic.Bool) error {
	for !crashed.Load() {
		if err := c.ask(c.op()); err != nil {
			return err
		}
	}
	return nil
}

func (c *crasher) ask(op modelOp) error {
	c.asked.Add(1)
	if err := op.play(c.world); err != nil {
		return err
	}
	c.states = append(c.states, maps.Clone(c.world.tables[0].items))
	c.last = append(c.last, op)
	c.acknowledged.Add(1)
	return nil
}

// recover finds the state that the client's items have after a crash, of those
// from the least one on, and goes on from it.
func (c *crasher) recover(w *world, found map[string]modelItem, least, most int64) error {
	for n := least; n <= most; n++ {
		if !maps.EqualFunc(c.states[n], found, modelItem.equal) {
			continue
		}
		lost := c.last[n+1:]
		for _, op := range lost {
			if x, ok := op.(*modelTransaction); ok {
				delete(c.world.tokens, x.token)
			}
		}
		c.states, c.last = c.states[n:n+1:n+1], c.last[n:n+1:n+1]
		c.asked.Store(0)
		c.acknowledged.Store(0)
		c.world.db, c.world.engine = w.db, w.engine
		c.world.tables[0].items = maps.Clone(found)
		return c.repeat(lost)
	}
	return fmt.Errorf("client %d has after the crash the items of none of its requests from the %dth, acknowledged, to the %dth, asked: %v\nwanted at the least %v",
		c.id, least, most, found, c.states[least])
}

// repeat sends again what was there already and what was not: a transaction
// that is there is not performed twice, one that is lost is performed now.
func (c *crasher) repeat(lost []modelOp) error {
	if x, ok := c.last[0].(*modelTransaction); ok {
		if err := x.play(c.world); err != nil {
			return err
		}
	}
	for _, op := range lost {
		if err := c.ask(op); err != nil {
			return err
		}
	}
	return nil
}

// After a loss of power at any instant, and another after the next start, every
// acknowledged write is there, one that was under way is there whole or not at
// all, with its token, and the indexes and totals are those of the items.
func TestPowerLoss(t *testing.T) {
	lives, crashes := longtest.Histories(4, 32), longtest.Of(8, 20)
	seed := rand.Uint64()
	requests := 0
	for life := range lives {
		n, err := crashLife(seed+uint64(life), crashes)
		if requests += n; err != nil {
			t.Fatalf("seed %d: %v", seed+uint64(life), err)
		}
	}
	t.Logf("%d crashes, %d requests acknowledged", lives*crashes, requests)
}

// crashLife loses power so many times, and returns how many requests were
// acknowledged.
func crashLife(seed uint64, crashes int) (requests int, err error) {
	const clients = 4
	rng := rand.New(rand.NewPCG(seed, 0))
	shape := randomTable(rng, "table0")
	for shape.kinds["h"] != "S" || len(shape.indexes) < 2 {
		shape = randomTable(rng, "table0")
	}
	fs := vfs.NewCrashableMem()
	w, err := openCrashed(shape, fs)
	if err != nil {
		return 0, err
	}
	if err := w.expect("CreateTable", shape.createText(), "done"); err != nil {
		return 0, err
	}
	all := make([]*crasher, clients)
	for i := range all {
		own := *shape
		own.items = map[string]modelItem{}
		all[i] = &crasher{id: i, states: []map[string]modelItem{{}}, last: []modelOp{nil}}
		all[i].history = &modelHistory{rng: rand.New(rand.NewPCG(seed, uint64(i+1))), tables: []*modelTable{&own}}
		all[i].world = &world{db: w.db, engine: w.engine, tables: []*modelTable{&own}, tokens: map[string]modelToken{}}
	}
	for range crashes {
		cfg := vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng}
		least, most, clone, err := crash(all, fs, cfg, time.Duration(rng.IntN(15_000))*time.Microsecond)
		if err := errors.Join(err, w.close()); err != nil {
			return requests, err
		}
		fs = clone
		if w, err = openCrashed(shape, fs); err != nil {
			return requests, err
		}
		if err := w.check(); err != nil {
			return requests, err
		}
		for i, c := range all {
			requests += int(least[i])
			if err := c.recover(w, itemsOf(w.tables[0], i), least[i], most[i]); err != nil {
				return requests, err
			}
		}
	}
	return requests, w.close()
}

// crash lets the clients work for a while and returns what the disk would have
// after a loss of power, with the least and the most requests of each client
// that it may have.
func crash(all []*crasher, fs *vfs.MemFS, cfg vfs.CrashCloneCfg, after time.Duration) (least, most []int64, clone *vfs.MemFS, err error) {
	var crashed atomic.Bool
	var working sync.WaitGroup
	errs := make([]error, len(all))
	for i, c := range all {
		working.Go(func() { errs[i] = c.work(&crashed) })
	}
	time.Sleep(after)
	for _, c := range all {
		least = append(least, c.acknowledged.Load())
	}
	clone = fs.CrashClone(cfg)
	for _, c := range all {
		most = append(most, c.asked.Load())
	}
	crashed.Store(true)
	working.Wait()
	return least, most, clone, errors.Join(errs...)
}

// openCrashed starts an engine on a disk, and a model with what its table has.
func openCrashed(shape *modelTable, fs vfs.FS) (*world, error) {
	t := *shape
	t.items = map[string]modelItem{}
	w := &world{tables: []*modelTable{&t}}
	var err error
	if w.db, err = storage.Open("data", storage.Options{FS: fs}); err != nil {
		return w, err
	}
	if w.engine, err = start(w.db, modelOptions); err != nil {
		return w, err
	}
	out, err := w.do("Scan", `{"TableName":"table0"}`)
	if errors.Is(err, refusal.NotFound) {
		return w, nil // not made yet
	}
	if err != nil {
		return w, err
	}
	for _, it := range modelItems(out.(*dynamo.PageOutput).Items) {
		t.items[t.keyText(it)] = it
	}
	return w, nil
}

// itemsOf are the items of one client.
func itemsOf(t *modelTable, client int) map[string]modelItem {
	own := map[string]modelItem{}
	for key, it := range t.items {
		if strings.HasSuffix(it["h"].text, "/"+strconv.Itoa(client)) {
			own[key] = it
		}
	}
	return own
}

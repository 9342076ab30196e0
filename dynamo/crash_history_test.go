package dynamo_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/dynamo"
	"lullaby/internal/longtest"
	"lullaby/storage"
	"lullaby/storage/storagetest"
)

// Requests of many clients on few keys have results as if they had run one after
// another, over losses of power too: no answer shows or depends on what a loss
// takes back. A request without an answer had its effect or none.
func TestHistoriesWithPowerLoss(t *testing.T) {
	rounds := longtest.Histories(12, 160)
	const crashes = 5
	seed := rand.Uint64()
	answered, unanswered := 0, 0
	for round := range rounds {
		history, err := historyWithCrashes(seed+uint64(round), crashes)
		if err != nil {
			t.Fatalf("seed %d: %v", seed+uint64(round), err)
		}
		for _, op := range history {
			if op.Output.(met).unanswered {
				unanswered++
			} else {
				answered++
			}
		}
		if got := porcupine.CheckOperationsTimeout(meetingModel, history, time.Minute); got != porcupine.Ok {
			t.Fatalf("seed %d: the history is %s:\n%s", seed+uint64(round), got, historyText(history))
		}
	}
	t.Logf("%d crashes, %d requests answered, %d not", rounds*crashes, answered, unanswered)
	if unanswered == 0 {
		t.Error("no crash met a request")
	}
}

// A crashing is what clients of an engine do until it loses power.
type crashing struct {
	engine  *dynamo.Engine
	start   time.Time // of the history
	over    atomic.Bool
	mu      sync.Mutex
	history []porcupine.Operation // guarded by mu
	errs    []error               // guarded by mu
}

// historyWithCrashes returns the requests of several lives of an engine.
func historyWithCrashes(seed uint64, crashes int) (history []porcupine.Operation, err error) {
	rng := rand.New(rand.NewPCG(seed, 0))
	start := time.Now()
	fs := vfs.NewCrashableMem()
	for life := range crashes + 1 {
		disk := &storagetest.HeldFS{FS: fs}
		c := &crashing{start: start}
		db, err := storage.Open("data", storage.Options{FS: disk})
		if err != nil {
			return nil, err
		}
		if c.engine, err = begin(db); err != nil {
			return nil, err
		}
		c.ask(&readMeetings, 0)
		if life < crashes {
			fs = c.crash(rng, disk, fs)
		}
		abandon(c.engine)
		if err := errors.Join(append(c.errs, db.Close())...); err != nil {
			return nil, err
		}
		history = append(history, c.history...)
	}
	return history, nil
}

// begin starts an engine that has the table of meetings.
func begin(db *storage.DB) (*dynamo.Engine, error) {
	e, err := start(db, modelOptions)
	if err != nil {
		return nil, err
	}
	if _, err := modelOperations["DescribeTable"](e, `{"TableName":"tab"}`); err == nil {
		return e, nil
	}
	_, err = modelOperations["CreateTable"](e, hashTable)
	return e, err
}

// readMeetings reads every key.
var readMeetings = meeting{transaction: true, actions: []meetingAction{{verb: "Get"}, {verb: "Get", key: 1}, {verb: "Get", key: 2}}}

// ask makes a request and notes its result.
func (c *crashing) ask(m *meeting, client int) {
	called := time.Since(c.start)
	a, err := m.ask(c.engine)
	returned := time.Since(c.start)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, err)
	c.history = append(c.history, porcupine.Operation{ClientId: client, Input: m, Call: int64(called), Output: a, Return: int64(returned)})
}

// crash lets clients work until the power is lost, mostly while an fsync is under
// way, and returns what the disk then has.
func (c *crashing) crash(rng *rand.Rand, disk *storagetest.HeldFS, fs *vfs.MemFS) *vfs.MemFS {
	const clients = 6
	var working sync.WaitGroup
	for client := range clients {
		rng := rand.New(rand.NewPCG(rng.Uint64(), 0))
		working.Go(func() {
			for !c.over.Load() {
				c.ask(randomMeeting(rng), client)
			}
		})
	}
	time.Sleep(time.Duration(rng.IntN(1_000)) * time.Microsecond)
	began, release := disk.Hold("")
	<-began
	time.Sleep(time.Duration(rng.IntN(300)) * time.Microsecond)
	lost := int64(time.Since(c.start))
	clone := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
	gone := int64(time.Since(c.start))
	c.over.Store(true)
	release()
	working.Wait()
	c.forget(lost, gone)
	return clone
}

// forget takes the answers from the requests that had none when the power began
// to be lost, and drops those that came after it, and conflicts, which have no
// effect and many of which would be too much for porcupine.
func (c *crashing) forget(lost, gone int64) {
	c.history = slices.DeleteFunc(c.history, func(op porcupine.Operation) bool {
		return op.Call > gone || op.Output.(met).conflict || op.Return > lost && op.Input.(*meeting).actions[0].verb == "Get"
	})
	for i := range c.history {
		if op := &c.history[i]; op.Return > lost {
			op.Return, op.Output = gone, met{unanswered: true}
		}
	}
}

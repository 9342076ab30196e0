package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"lullaby/internal/longtest"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A fate is what clients know of a message.
type fate struct {
	sent              bool // acknowledged
	receives          int  // the highest count that was acknowledged
	deleting, deleted bool // asked for, acknowledged
}

// A crasher is the clients of one queue, and what they know.
type crasher struct {
	world   *world
	queue   string
	groups  int // 0: a standard queue
	crashed atomic.Bool

	mu    sync.Mutex
	fates map[string]*fate // by body
	sends int              // also of rounds before
}

// After a crash, at whatever instant and whatever the disk had not synced, no
// acknowledged message is lost, none comes back after its acknowledged delete, no
// receive is forgotten, and the groups of a FIFO queue are in order.
func TestCrashes(t *testing.T) {
	crashes := longtest.Histories[uint64](10, 60)
	for _, groups := range []int{0, 3} {
		t.Run(fmt.Sprintf("%d groups", groups), func(t *testing.T) {
			for seed := range crashes {
				synctest.Test(t, func(t *testing.T) { crashAndCheck(t, seed, groups) })
			}
		})
	}
}

func crashAndCheck(t *testing.T, seed uint64, groups int) {
	rng := rand.New(rand.NewPCG(seed, uint64(groups))) //nolint:gosec // a seed
	c := &crasher{world: newWorld(t, storage.Disk, store.Options{Unlimited: true}), queue: "q", groups: groups, fates: map[string]*fate{}}
	in := &request.CreateQueueInput{QueueName: c.queue, Attributes: map[string]string{"VisibilityTimeout": "10"}}
	if groups > 0 {
		c.queue = "q.fifo"
		in.QueueName, in.Attributes["FifoQueue"] = c.queue, "true"
	}
	if _, err := c.world.engine.CreateQueue(t.Context(), now(), in); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c.crashed.Store(false)
		var clients sync.WaitGroup
		for range 8 {
			mine := rand.New(rand.NewPCG(rng.Uint64(), 0))
			clients.Go(func() { c.work(t, mine) })
		}
		time.Sleep(time.Duration(rng.IntN(30_000)) * time.Microsecond)
		least := c.known()
		left := c.world.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		most := c.known()
		c.crashed.Store(true)
		clients.Wait()
		c.world.goOn(left)
		time.Sleep(11 * time.Second) // nothing is in flight
		if err := c.check(t.Context(), least, most); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		c.fates = map[string]*fate{}
	}
}

// known returns what the clients know.
func (c *crasher) known() map[string]fate {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := make(map[string]fate, len(c.fates))
	for body, f := range c.fates {
		known[body] = *f
	}
	return known
}

// goOn starts the engine on what a crash left.
func (w *world) goOn(left *vfs.MemFS) {
	w.t.Helper()
	if err := w.stop(); err != nil {
		w.t.Fatal(err)
	}
	w.fs = left
	w.start(w.options)
}

// work makes requests until the crash.
func (c *crasher) work(t *testing.T, rng *rand.Rand) {
	for !c.crashed.Load() {
		time.Sleep(time.Duration(rng.IntN(300)) * time.Microsecond)
		if rng.IntN(3) == 0 {
			c.send(t, rng)
		} else {
			c.take(t, rng)
		}
	}
}

func (c *crasher) send(t *testing.T, rng *rand.Rand) {
	c.mu.Lock()
	c.sends++
	body, f := fmt.Sprintf("body %d", c.sends), &fate{}
	c.fates[body] = f
	c.mu.Unlock()
	in := &request.SendMessageInput{QueueUrl: c.queue, Message: request.Message{MessageBody: body}}
	if c.groups > 0 {
		in.MessageGroupId, in.MessageDeduplicationId = strconv.Itoa(rng.IntN(c.groups)), strings.ReplaceAll(body, " ", "-")
	}
	_, err := c.world.engine.SendMessage(context.Background(), now(), in)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		t.Error(err)
	}
	f.sent = true
}

// receive receives up to ten messages.
func (c *crasher) receive(ctx context.Context) ([]store.Message, error) {
	out, err := c.world.engine.ReceiveMessage(ctx, now(), &request.ReceiveMessageInput{
		QueueUrl: c.queue, MaxNumberOfMessages: new(int32(10)), MessageSystemAttributeNames: []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	return out.Messages, nil
}

// take receives messages and deletes most of them.
func (c *crasher) take(t *testing.T, rng *rand.Rand) {
	got, err := c.receive(context.Background())
	if err != nil {
		t.Error(err)
	}
	for i := range got {
		m := &got[i]
		deletes := rng.IntN(4) > 0
		c.mu.Lock()
		f := c.fates[m.Body]
		f.receives = max(f.receives, receivesOf(m))
		f.deleting = f.deleting || deletes
		c.mu.Unlock()
		if !deletes {
			continue
		}
		if _, err := c.world.engine.DeleteMessage(context.Background(), now(), &request.DeleteMessageInput{QueueUrl: c.queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		f.deleted = true
		c.mu.Unlock()
	}
}

func receivesOf(m *store.Message) int {
	n, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	return n
}

// check empties the queue and compares what was there with what must and may be.
func (c *crasher) check(ctx context.Context, least, most map[string]fate) error {
	found, last := map[string]bool{}, map[string]string{}
	for {
		got, err := c.receive(ctx)
		if err != nil || len(got) == 0 {
			break
		}
		for i := range got {
			m := &got[i]
			before, group, place := least[m.Body], m.Attributes["MessageGroupId"], m.Attributes["SequenceNumber"]
			switch _, known := most[m.Body]; {
			case !known:
				return fmt.Errorf("%s was never sent", m.Body)
			case found[m.Body]:
				return fmt.Errorf("%s is there twice", m.Body)
			case before.deleted:
				return fmt.Errorf("%s came back after its delete", m.Body)
			case receivesOf(m) <= before.receives:
				return fmt.Errorf("%s has %d receives, and had %d before the crash", m.Body, receivesOf(m), before.receives)
			case c.groups > 0 && place <= last[group]:
				return fmt.Errorf("%s with the place %s comes after %s in group %s", m.Body, place, last[group], group)
			}
			found[m.Body], last[group] = true, place
			if _, err := c.world.engine.DeleteMessage(ctx, now(), &request.DeleteMessageInput{QueueUrl: c.queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				return err
			}
		}
	}
	for body, f := range least {
		if f.sent && !most[body].deleting && !found[body] {
			return fmt.Errorf("%s is lost of %d", body, len(least))
		}
	}
	return nil
}

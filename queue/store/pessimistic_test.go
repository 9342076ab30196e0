package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A queue at its worst gives messages out of order and some twice, but over crashes
// too it gives each, and none after all were deleted.
func TestPessimistic(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) { receiveAtWorst(t, seed) })
	}
}

func receiveAtWorst(t *testing.T, seed uint64) {
	const messages = 200
	w := newWorld(t, storage.Disk, store.Options{Pessimistic: true, Seed: seed})
	s := &script{t: t, world: w}
	s.do(`CreateQueue {"QueueName":"q","Attributes":{"VisibilityTimeout":"5"}}`)
	for i := range messages {
		s.do(fmt.Sprintf(`SendMessage {"QueueUrl":"q","MessageBody":"%d"}`, i))
	}
	rng := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a seed
	received := map[string]bool{}
	var order []string
	for empty := 0; empty < 3; {
		if rng.IntN(10) == 0 {
			w.crash()
		}
		out, err := w.engine.ReceiveMessage(t.Context(), now(), &request.ReceiveMessageInput{
			QueueUrl: "q", MaxNumberOfMessages: new(int32(10)), WaitTimeSeconds: new(int32(2)),
		})
		if err != nil {
			t.Fatal(err)
		}
		empty++
		for i := range out.Messages {
			empty = 0
			m := &out.Messages[i]
			received[m.Body], order = true, append(order, m.Body)
			if rng.IntN(3) == 0 {
				continue // it comes again
			}
			if _, err := w.engine.DeleteMessage(t.Context(), now(), &request.DeleteMessageInput{QueueUrl: "q", ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	if len(received) != messages {
		t.Errorf("seed %d: received %d messages of %d", seed, len(received), messages)
	}
	if strings.HasPrefix(strings.Join(order, " "), "0 1 2 3 4 5 6 7 8 9 ") {
		t.Errorf("seed %d: the queue is in order", seed)
	}
}

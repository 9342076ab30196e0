package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"lullaby/internal/uprun"
)

// A queued is what clients know of a message.
type queued struct {
	group             string // of the FIFO queue; empty: it is in the other
	sent              bool   // acknowledged
	receives          int    // the highest count that a client was told
	deleting, deleted bool   // asked for, acknowledged
}

// queues are the clients of two queues of one up, and what they know.
type queues struct {
	url string

	mu    sync.Mutex
	known map[string]*queued // by body
	sends int
}

// A taken is a message that was received.
type taken struct {
	Body, ReceiptHandle string
	Attributes          struct{ ApproximateReceiveCount, MessageGroupId, SequenceNumber string }
}

// call performs an operation of SQS.
func (q *queues) call(ctx context.Context, operation string, in map[string]any, out any) error {
	return askTarget(ctx, q.url, "AmazonSQS."+operation, in, out, "Content-Type:application/x-amz-json-1.0")
}

// After kill -9 at any instant under load, no message is lost that was acknowledged,
// none comes back after its acknowledged delete, no receive is forgotten, and the
// groups of a FIFO queue are in order. What is sent to it again after the kill, in the
// hope that it was not or in vain, is there once.
func TestKilledUpKeepsItsQueues(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	q := &queues{known: map[string]*queued{}}
	messages := 0
	for round := range kills() {
		durability := []string{"disk", "process"}[round%2]
		p := up(t, "--bare", "--data", data, "--durability", durability, "--limits", "off")
		q.url = p.AWS
		if round == 0 {
			q.create(t)
		}
		q.work(t, rng, p)
		messages += len(q.known)
		p = up(t, "--bare", "--data", data, "--durability", durability, "--limits", "off")
		q.url = p.AWS
		if err := q.sendAgain(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(hidden) // nothing is in flight any more
		for _, queue := range []string{"q", "q.fifo"} {
			if err := q.check(t.Context(), queue); err != nil {
				t.Fatalf("seed %d, kill %d: %s: %v", seed, round+1, queue, err)
			}
		}
		if lost := q.lost(); lost != "" {
			t.Fatalf("seed %d, kill %d: %s", seed, round+1, lost)
		}
		q.known = map[string]*queued{}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d messages", kills(), messages)
}

// hidden is how long a received message is hidden.
const hidden = time.Second

func (q *queues) create(t *testing.T) {
	t.Helper()
	visibility := strconv.Itoa(int(hidden / time.Second))
	for name, attributes := range map[string]any{
		"q":      map[string]string{"VisibilityTimeout": visibility},
		"q.fifo": map[string]string{"VisibilityTimeout": visibility, "FifoQueue": "true"},
	} {
		var out struct{ QueueUrl string }
		if err := q.call(t.Context(), "CreateQueue", map[string]any{"QueueName": name, "Attributes": attributes}, &out); err != nil {
			t.Fatal(err)
		}
	}
}

// work sends, receives and deletes until up is killed.
func (q *queues) work(t *testing.T, rng *rand.Rand, p *uprun.Process) {
	t.Helper()
	var rngs [10]*rand.Rand
	for i := range rngs {
		rngs[i] = rand.New(rand.NewPCG(rng.Uint64(), 0))
	}
	workUntilKilled(t, p, len(rngs), 50+rng.Int64N(400), func(client, _ int) error { return q.step(t.Context(), rngs[client]) })
}

// step sends a message, or receives some and deletes most of them. The error is that
// of the kill.
func (q *queues) step(ctx context.Context, rng *rand.Rand) error {
	queue := []string{"q", "q.fifo"}[rng.IntN(2)]
	if rng.IntN(3) == 0 {
		return q.send(ctx, queue, strconv.Itoa(rng.IntN(3)))
	}
	got, err := q.receive(ctx, queue)
	if err != nil {
		return err
	}
	for _, m := range got {
		deletes := rng.IntN(4) > 0
		q.mu.Lock()
		k := q.known[m.Body]
		k.receives = max(k.receives, m.receives())
		k.deleting = k.deleting || deletes
		q.mu.Unlock()
		if !deletes {
			continue
		}
		if err := q.delete(ctx, queue, m); err != nil {
			return err
		}
		q.mu.Lock()
		k.deleted = true
		q.mu.Unlock()
	}
	return nil
}

func (q *queues) send(ctx context.Context, queue, group string) error {
	q.mu.Lock()
	q.sends++
	body, k := fmt.Sprintf("%s-%d", queue, q.sends), &queued{}
	if queue == "q.fifo" {
		k.group = group
	}
	q.known[body] = k
	q.mu.Unlock()
	err := q.sendMessage(ctx, queue, body, k.group)
	q.mu.Lock()
	defer q.mu.Unlock()
	k.sent = err == nil
	return err
}

func (q *queues) sendMessage(ctx context.Context, queue, body, group string) error {
	in := map[string]any{"QueueUrl": queue, "MessageBody": body}
	if group != "" {
		in["MessageGroupId"], in["MessageDeduplicationId"] = group, body
	}
	var out struct{ MessageId string }
	return q.call(ctx, "SendMessage", in, &out)
}

// sendAgain sends all messages of the FIFO queue again.
func (q *queues) sendAgain(ctx context.Context) error {
	for body, k := range q.known {
		if k.group == "" {
			continue
		}
		if err := q.sendMessage(ctx, "q.fifo", body, k.group); err != nil {
			return err
		}
		k.sent = true
	}
	return nil
}

func (q *queues) receive(ctx context.Context, queue string) ([]taken, error) {
	var out struct{ Messages []taken }
	err := q.call(ctx, "ReceiveMessage", map[string]any{
		"QueueUrl": queue, "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": []string{"All"},
	}, &out)
	return out.Messages, err
}

func (q *queues) delete(ctx context.Context, queue string, m taken) error {
	var out struct{}
	return q.call(ctx, "DeleteMessage", map[string]any{"QueueUrl": queue, "ReceiptHandle": m.ReceiptHandle}, &out)
}

func (m taken) receives() int {
	n, _ := strconv.Atoi(m.Attributes.ApproximateReceiveCount)
	return n
}

// check empties a queue and compares what was there with what clients know.
func (q *queues) check(ctx context.Context, queue string) error {
	last := map[string]string{}
	for {
		got, err := q.receive(ctx, queue)
		if err != nil || len(got) == 0 {
			return err
		}
		for _, m := range got {
			k := q.known[m.Body]
			switch a := m.Attributes; {
			case k == nil:
				return fmt.Errorf("%s was never sent, or was there before", m.Body)
			case k.deleted:
				return fmt.Errorf("%s came back after its delete", m.Body)
			case m.receives() <= k.receives:
				return fmt.Errorf("%s has %d receives, and had %d before the kill", m.Body, m.receives(), k.receives)
			case a.MessageGroupId != "" && a.SequenceNumber <= last[a.MessageGroupId]:
				return fmt.Errorf("%s comes after %s in group %s", m.Body, last[a.MessageGroupId], a.MessageGroupId)
			}
			last[m.Attributes.MessageGroupId] = m.Attributes.SequenceNumber
			if err := q.delete(ctx, queue, m); err != nil {
				return err
			}
			delete(q.known, m.Body)
		}
	}
}

// lost returns a message that should have been there, "" if there is none.
func (q *queues) lost() string {
	for body, k := range q.known {
		if k.sent && !k.deleting {
			return body + " is lost"
		}
	}
	return ""
}

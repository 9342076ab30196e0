package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A disk fills between the sends of a load: they are refused with AWS's error,
// receives, changes of visibility and deletes go on for all that is there, and sends
// come back with room. What was acknowledged before is there once, and what was
// refused is not, after a kill too.
func TestSmallDiskOfQueues(t *testing.T) {
	disk := smallDisk(t)
	data, filler := filepath.Join(disk, "data"), filepath.Join(disk, "filler")
	args := []string{"--bare", "--data", data, "--limits", "off"}
	p := up(t, args...)
	q := &queues{url: p.AWS, known: map[string]*queued{}}
	var none struct{}
	if err := q.call(t.Context(), "CreateQueue", map[string]any{"QueueName": "q", "Attributes": map[string]string{"VisibilityTimeout": "60"}}, &none); err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	var refused, taken atomic.Int64
	var senders sync.WaitGroup
	var filling sync.RWMutex // held to read by each send, so that none is under way while the disk is filled
	defer func() { stop.Store(true); senders.Wait() }()
	for range 8 {
		senders.Go(func() {
			for !stop.Load() {
				filling.RLock()
				err := q.send(context.Background(), "q", "")
				filling.RUnlock()
				switch {
				case err == nil:
					taken.Add(1)
				case strings.Contains(err.Error(), `500: {"__type":"com.amazon.coral.service#InternalFailure"`):
					refused.Add(1)
					time.Sleep(time.Millisecond)
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	waitFor(t, func() bool { return taken.Load() > 500 || t.Failed() })
	filling.Lock()
	fillUp(t, filler)
	filling.Unlock()
	waitFor(t, func() bool { return refused.Load() > 100 || t.Failed() })
	q.takeOnFullDisk(t)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	before := taken.Load()
	waitFor(t, func() bool { return taken.Load() > before+100 || t.Failed() })
	stop.Store(true)
	senders.Wait()
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	for body, k := range q.known {
		if !k.sent || k.deleted {
			delete(q.known, body)
		}
	}
	q.url = up(t, args...).AWS
	if err := q.check(t.Context(), "q"); err != nil {
		t.Error(err)
	}
	if lost := q.lost(); lost != "" {
		t.Error(lost)
	}
	t.Logf("%d sends, %d refused", taken.Load(), refused.Load())
}

// takeOnFullDisk receives thirty batches of messages, hides them for longer and
// deletes them.
func (q *queues) takeOnFullDisk(t *testing.T) {
	t.Helper()
	var none struct{}
	for range 30 {
		got, err := q.receive(t.Context(), "q")
		if err != nil || len(got) == 0 {
			t.Fatalf("a receive on a full disk: %d messages, %v", len(got), err)
		}
		for _, m := range got {
			if err := q.call(t.Context(), "ChangeMessageVisibility", map[string]any{"QueueUrl": "q", "ReceiptHandle": m.ReceiptHandle, "VisibilityTimeout": 120}, &none); err != nil {
				t.Fatalf("a change of visibility on a full disk: %v", err)
			}
			if err := q.delete(t.Context(), "q", m); err != nil {
				t.Fatalf("a delete on a full disk: %v", err)
			}
			q.mu.Lock()
			q.known[m.Body].deleted = true
			q.mu.Unlock()
		}
	}
}

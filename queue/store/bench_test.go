package store_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// benchEngine returns an engine on a disk with one queue, "q".
func benchEngine(b *testing.B, d storage.Durability) *store.Engine {
	b.Helper()
	db, err := storage.Open(b.TempDir(), storage.Options{Durability: d})
	if err != nil {
		b.Fatal(err)
	}
	e, err := store.New(db, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		e.Run(ctx)
		close(done)
	}()
	b.Cleanup(func() {
		cancel()
		<-done
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := e.CreateQueue(b.Context(), now(), &request.CreateQueueInput{QueueName: "q"}); err != nil {
		b.Fatal(err)
	}
	return e
}

func now() instant.Instant { return instant.Of(time.Now()) }

var kilobyte = strings.Repeat("x", 1024)

func send(b *testing.B, e *store.Engine) {
	b.Helper()
	in := request.SendMessageInput{QueueUrl: "q", Message: request.Message{MessageBody: kilobyte}}
	if _, err := e.SendMessage(b.Context(), now(), &in); err != nil {
		b.Fatal(err)
	}
}

func fill(b *testing.B, e *store.Engine, n int) {
	b.Helper()
	in := request.SendMessageBatchInput{QueueUrl: "q"}
	for i := range 10 {
		in.Entries = append(in.Entries, request.SendMessageBatchRequestEntry{Id: strconv.Itoa(i), Message: request.Message{MessageBody: kilobyte}})
	}
	for range n / 10 {
		if _, err := e.SendMessageBatch(b.Context(), now(), &in); err != nil {
			b.Fatal(err)
		}
	}
}

// take receives and deletes a message, and reports whether there was one.
func take(b *testing.B, e *store.Engine) bool {
	b.Helper()
	got, err := e.ReceiveMessage(b.Context(), now(), &request.ReceiveMessageInput{QueueUrl: "q"})
	if err != nil {
		b.Fatal(err)
	}
	if len(got.Messages) == 0 {
		return false
	}
	if _, err := e.DeleteMessage(b.Context(), now(), &request.DeleteMessageInput{QueueUrl: "q", ReceiptHandle: got.Messages[0].ReceiptHandle}); err != nil {
		b.Fatal(err)
	}
	return true
}

func BenchmarkSend(b *testing.B) {
	for _, d := range []storage.Durability{storage.Process, storage.Disk} {
		b.Run(d.String()+"/1KB", func(b *testing.B) {
			e := benchEngine(b, d)
			b.ReportAllocs()
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					send(b, e)
				}
			})
		})
	}
}

// A receive and a delete cost the same whatever the backlog.
func BenchmarkReceiveAndDelete(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			e := benchEngine(b, storage.Process)
			fill(b, e, n)
			var none atomic.Int64
			b.ReportAllocs()
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if !take(b, e) {
						none.Add(1)
					}
				}
			})
			if none.Load() > 0 {
				b.Errorf("%d receives of %d found nothing", none.Load(), b.N)
			}
		})
	}
}

func BenchmarkSendReceiveDelete(b *testing.B) {
	e := benchEngine(b, storage.Process)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			send(b, e)
			take(b, e)
		}
	})
}

package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A pessimistic standard queue shuffles messages, gives some of them twice and hides
// them from short polls, and still gives each at least once and none after its
// delete, over restarts and crashes too.
func TestPessimistic(t *testing.T) {
	const messages = 1_000
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, storage.Disk, store.Options{Pessimistic: true, Seed: 7})
		if _, err := w.engine.CreateQueue(t.Context(), now(), &request.CreateQueueInput{QueueName: "q"}); err != nil {
			t.Fatal(err)
		}
		for i := range messages {
			in := &request.SendMessageInput{QueueUrl: "q", Message: request.Message{MessageBody: fmt.Sprint(i)}}
			if _, err := w.engine.SendMessage(t.Context(), now(), in); err != nil {
				t.Fatal(err)
			}
		}
		var order []string
		receives, deleted := map[string]int{}, map[string]bool{}
		empty, again := 0, 0
		for rounds := 0; len(deleted) < messages; rounds++ {
			if rounds > 10*messages {
				t.Fatalf("%d of %d messages came", len(deleted), messages)
			}
			switch {
			case rounds%50 == 20:
				w.restart(w.options)
			case rounds%50 == 40:
				w.crash()
			}
			var got []store.Message
			for range 4 {
				out, err := w.engine.ReceiveMessage(context.Background(), now(), &request.ReceiveMessageInput{QueueUrl: "q", MaxNumberOfMessages: new(int32(10))})
				if err != nil {
					t.Fatal(err)
				}
				if len(out.Messages) == 0 {
					empty++
				}
				got = append(got, out.Messages...)
			}
			for i := range got {
				body := got[i].Body
				if deleted[body] {
					t.Fatalf("%s came after its delete", body)
				}
				if receives[body]++; receives[body] == 1 {
					order = append(order, body)
				} else {
					again++
				}
			}
			time.Sleep(time.Second) // a consumer works
			for i := range got {
				if _, err := w.engine.DeleteMessage(context.Background(), now(), &request.DeleteMessageInput{QueueUrl: "q", ReceiptHandle: got[i].ReceiptHandle}); err != nil {
					t.Fatal(err)
				}
				deleted[got[i].Body] = true
			}
		}
		first := make([]string, messages)
		for i := range first {
			first[i] = fmt.Sprint(i)
		}
		if slices.Equal(order, first) {
			t.Error("the messages came in order")
		}
		if empty == 0 || again == 0 {
			t.Errorf("%d short polls were empty, %d messages came again", empty, again)
		}
	})
}

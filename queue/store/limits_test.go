package store_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	model "lullaby/queue"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A short poll is refused when as many messages are in flight as AWS lets be,
// unless there are no limits.
func TestMessagesInFlight(t *testing.T) {
	for _, unlimited := range []bool{false, true} {
		t.Run(fmt.Sprintf("unlimited %t", unlimited), func(t *testing.T) {
			t.Parallel()
			e := newWorld(t, storage.Memory, store.Options{Unlimited: unlimited}).engine
			if _, err := e.CreateQueue(t.Context(), now(), &request.CreateQueueInput{QueueName: "q"}); err != nil {
				t.Fatal(err)
			}
			send := &request.SendMessageBatchInput{QueueUrl: "q"}
			for i := range 10 {
				send.Entries = append(send.Entries, request.SendMessageBatchRequestEntry{Id: strconv.Itoa(i), Message: request.Message{MessageBody: "x"}})
			}
			take := &request.ReceiveMessageInput{QueueUrl: "q", MaxNumberOfMessages: new(int32(10)), VisibilityTimeout: new(int32(43_200))}
			for n := 0; n < model.MaxInFlight; n += 10 {
				if _, err := e.SendMessageBatch(t.Context(), now(), send); err != nil {
					t.Fatal(err)
				}
				if out, err := e.ReceiveMessage(t.Context(), now(), take); err != nil || len(out.Messages) != 10 {
					t.Fatalf("at %d in flight: %v", n, err)
				}
			}
			if _, err := e.SendMessageBatch(t.Context(), now(), send); err != nil {
				t.Fatal(err)
			}
			switch out, err := e.ReceiveMessage(t.Context(), now(), take); {
			case unlimited && (err != nil || len(out.Messages) != 10):
				t.Errorf("without limits: %v", err)
			case !unlimited && !errors.Is(err, model.ErrOverLimit):
				t.Errorf("%v, want %v", err, model.ErrOverLimit)
			}
		})
	}
}

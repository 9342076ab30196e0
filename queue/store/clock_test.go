package store_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A clock that is set back or ahead holds nothing up: what was to happen in ten
// seconds happens in ten seconds, apart from what a jump ahead ends.
func TestClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{-time.Hour, -5 * time.Second, time.Hour} {
		for _, name := range []string{"q", "q.fifo"} {
			t.Run(fmt.Sprintf("%v %s", jump, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { jumpClock(t, name, jump) })
			})
		}
	}
}

func jumpClock(t *testing.T, name string, jump time.Duration) {
	e := newWorld(t, storage.Disk, store.Options{}).engine
	var off time.Duration
	at := func() instant.Instant { return now().Add(off) }
	attributes := map[string]string{"VisibilityTimeout": "10"}
	if name == "q.fifo" {
		attributes["FifoQueue"] = "true"
	}
	if _, err := e.CreateQueue(t.Context(), at(), &request.CreateQueueInput{QueueName: name, Attributes: attributes}); err != nil {
		t.Fatal(err)
	}
	send := func(body string) {
		t.Helper()
		in := &request.SendMessageInput{QueueUrl: name, Message: request.Message{MessageBody: body}}
		if name == "q.fifo" {
			in.MessageGroupId, in.MessageDeduplicationId = body, body
		}
		if _, err := e.SendMessage(t.Context(), at(), in); err != nil {
			t.Fatal(err)
		}
	}
	receive := func(want ...string) (handle string) {
		t.Helper()
		out, err := e.ReceiveMessage(t.Context(), at(), &request.ReceiveMessageInput{QueueUrl: name, MaxNumberOfMessages: new(int32(10))})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]string, 0, len(want))
		for i := range out.Messages {
			got = append(got, out.Messages[i].Body)
			handle = out.Messages[i].ReceiptHandle
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("received %v, want %v", got, want)
		}
		return handle
	}
	send("a")
	receive("a")
	off = jump
	send("b")
	if jump < 0 {
		receive("b")
		receive()
	} else {
		receive("a", "b")
	}
	time.Sleep(10*time.Second - min(0, max(jump, -10*time.Second))) // a small step back counts as none, and is waited for
	handle := receive("a", "b")
	if _, err := e.DeleteMessage(t.Context(), at(), &request.DeleteMessageInput{QueueUrl: name, ReceiptHandle: handle}); err != nil {
		t.Error(err)
	}
	off = 0 // and back again
	if jump > 0 {
		receive()
	}
	time.Sleep(20 * time.Second)
	receive("a")

	if _, err := e.DeleteQueue(t.Context(), at(), &request.DeleteQueueInput{QueueUrl: name}); err != nil {
		t.Fatal(err)
	}
	off = jump
	_, err := e.CreateQueue(t.Context(), at(), &request.CreateQueueInput{QueueName: name, Attributes: attributes})
	if blocked := errors.Is(err, refusal.QueueDeletedRecently); blocked != (jump == -5*time.Second) {
		t.Errorf("create after the jump: %v", err)
	}
}

package store_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"lullaby/queue/refusal"
	"lullaby/queue/store"
	"lullaby/storage"
)

// A template's queues are made, in whatever order they name each other; declared
// again, they change as in a stack update and keep their messages.
func TestDeclare(t *testing.T) { synctest.Test(t, declareAgain) }

func declareAgain(t *testing.T) {
	w := newWorld(t, storage.Process, store.Options{Unlimited: true})
	s := &script{t: t, world: w}
	has := func(line, want string) {
		t.Helper()
		if got := s.do(line); !strings.Contains(got, want) {
			t.Errorf("%s\n= %s\nwant %s", line, got, want)
		}
	}
	const redrive = `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":"3"}`
	orders := store.Declaration{
		Name: "orders", Attributes: map[string]string{"RedrivePolicy": redrive, "DelaySeconds": "5"}, Tags: map[string]string{"a": "1"},
	}
	dead := store.Declaration{Name: "dead"}
	if err := w.engine.Declare(now(), orders, dead); err != nil {
		t.Fatal(err)
	}
	has(`ListDeadLetterSourceQueues {"QueueUrl":"dead"}`, "/orders")
	has(`SendMessage {"QueueUrl":"orders","MessageBody":"one"}`, "message 1")
	before := s.do(`GetQueueAttributes {"QueueUrl":"orders","AttributeNames":["All"]}`)
	if err := w.engine.Declare(now().Add(1e12), orders, dead); err != nil {
		t.Fatal(err)
	}
	has(`GetQueueAttributes {"QueueUrl":"orders","AttributeNames":["All"]}`, before)

	orders.Attributes, orders.Tags = map[string]string{"VisibilityTimeout": "7"}, nil
	if err := w.engine.Declare(now(), orders, dead); err != nil {
		t.Fatal(err)
	}
	w.restart(w.options)
	has(`GetQueueAttributes {"QueueUrl":"orders","AttributeNames":["VisibilityTimeout","DelaySeconds","RedrivePolicy","ApproximateNumberOfMessagesDelayed"]}`,
		`{"Attributes":{"ApproximateNumberOfMessagesDelayed":"1","DelaySeconds":"0","VisibilityTimeout":"7"}}`)
	has(`ListQueueTags {"QueueUrl":"orders"}`, "{}")
	has(`ListDeadLetterSourceQueues {"QueueUrl":"dead"}`, "[]")
}

func TestDeclareRefuses(t *testing.T) {
	w := newWorld(t, storage.Process, store.Options{Unlimited: true})
	err := w.engine.Declare(now(), store.Declaration{Name: "q.fifo"})
	if of, ok := errors.AsType[*store.DeclarationError](err); !ok || of.Name != "q.fifo" || err.Error() == "" {
		t.Errorf("a standard queue with a name of FIFO queues: %v", err)
	}
	none := store.Declaration{Name: "q", Attributes: map[string]string{
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:none","maxReceiveCount":3}`,
	}}
	if err := w.engine.Declare(now(), none); !errors.Is(err, refusal.InvalidParameterValue) || !strings.Contains(err.Error(), "queue q: ") {
		t.Errorf("a dead-letter queue that does not exist: %v", err)
	}
}

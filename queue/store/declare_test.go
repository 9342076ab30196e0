package store_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/queue/refusal"
	"lullaby/queue/request"
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
	orders := &request.CreateQueueInput{
		QueueName: "orders", Attributes: map[string]string{"RedrivePolicy": redrive, "DelaySeconds": "5"}, Tags: map[string]string{"a": "1"},
	}
	dead := &request.CreateQueueInput{QueueName: "dead"}
	both := []*request.CreateQueueInput{orders, dead}
	if err := w.engine.Declare(now(), both); err != nil {
		t.Fatal(err)
	}
	has(`ListDeadLetterSourceQueues {"QueueUrl":"dead"}`, "/orders")
	has(`SendMessage {"QueueUrl":"orders","MessageBody":"one"}`, "message 1")
	before := s.do(`GetQueueAttributes {"QueueUrl":"orders","AttributeNames":["All"]}`)
	if err := w.engine.Declare(now().Add(time.Hour), both); err != nil {
		t.Fatal(err)
	}
	has(`GetQueueAttributes {"QueueUrl":"orders","AttributeNames":["All"]}`, before)

	orders.Attributes, orders.Tags = map[string]string{"VisibilityTimeout": "7"}, nil
	if err := w.engine.Declare(now(), both); err != nil {
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
	declare := func(in request.CreateQueueInput) error {
		return w.engine.Declare(now(), []*request.CreateQueueInput{&in})
	}
	err := declare(request.CreateQueueInput{QueueName: "q.fifo"})
	if of, ok := errors.AsType[*store.DeclareError](err); !ok || of.Queue != "q.fifo" {
		t.Errorf("a standard queue with a name of FIFO queues: %v", err)
	}
	err = declare(request.CreateQueueInput{QueueName: "q", Attributes: map[string]string{
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:none","maxReceiveCount":3}`,
	}})
	if !errors.Is(err, refusal.InvalidParameterValue) || !strings.HasPrefix(err.Error(), "q: ") {
		t.Errorf("a dead-letter queue that does not exist: %v", err)
	}
}

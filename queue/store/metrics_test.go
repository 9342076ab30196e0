package store_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/queue/store"
	"lullaby/storage"
	"lullaby/watch/watchtest"
)

// What requests do is counted at once, the state of queues at the end of the minute.
// Dead letters are no sends, and a poll that waits is one receive.
func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tape := new(watchtest.Tape)
		s := &script{t: t, world: newWorld(t, storage.Process, store.Options{Metrics: tape}), begun: map[string]*begun{}}
		for _, line := range []string{
			`CreateQueue {"QueueName":"dead"}`,
			`CreateQueue {"QueueName":"q","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":1}"}}`,
			`GetQueueAttributes {"QueueUrl":"dead","AttributeNames":["All"]}`, // it is active from here on
			`ReceiveMessage {"QueueUrl":"q"}`,
			`ReceiveMessage {"QueueUrl":"q","WaitTimeSeconds":5}`,
			`begin 1 ReceiveMessage {"QueueUrl":"q","WaitTimeSeconds":20}`,
			`SendMessage {"QueueUrl":"q","MessageBody":"1234567890"}`,
			`end 1`,
			`DeleteMessage {"QueueUrl":"q","ReceiptHandle":"handle 1"}`,
			`SendMessageBatch {"QueueUrl":"q","Entries":[{"Id":"a","MessageBody":"12345"},{"Id":"b","MessageBody":"12345"},{"Id":"c","MessageBody":"12345","DelaySeconds":100}]}`,
			`ReceiveMessage {"QueueUrl":"q","VisibilityTimeout":0}`,
			`ReceiveMessage {"QueueUrl":"q"}`, // moves the first and finds the second
			`after 1m`,
		} {
			s.do(line)
		}
		want := `ApproximateAgeOfOldestMessage dead: 55 in 1
ApproximateAgeOfOldestMessage q: 55 in 1
ApproximateNumberOfMessagesDelayed dead: 0 in 1
ApproximateNumberOfMessagesDelayed q: 1 in 1
ApproximateNumberOfMessagesNotVisible dead: 0 in 1
ApproximateNumberOfMessagesNotVisible q: 0 in 1
ApproximateNumberOfMessagesVisible dead: 1 in 1
ApproximateNumberOfMessagesVisible q: 1 in 1
NumberOfEmptyReceives dead: 0 in 1
NumberOfEmptyReceives q: 2 in 2
NumberOfMessagesDeleted dead: 0 in 1
NumberOfMessagesDeleted q: 1 in 1
NumberOfMessagesReceived dead: 0 in 1
NumberOfMessagesReceived q: 3 in 3
NumberOfMessagesSent dead: 0 in 1
NumberOfMessagesSent q: 4 in 4
SentMessageSize q: 25 in 4`
		if diff := cmp.Diff(want, tape.Sums()); diff != "" {
			t.Errorf("measured (-want +got):\n%s", diff)
		}
		time.Sleep(time.Second)
	})
}

// A deletion that is refused does not count; one that has no effect does.
func TestDeletionsThatCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tape := new(watchtest.Tape)
		s := &script{t: t, world: newWorld(t, storage.Process, store.Options{Metrics: tape}), begun: map[string]*begun{}}
		for _, line := range []string{
			`CreateQueue {"QueueName":"q.fifo","Attributes":{"FifoQueue":"true"}}`,
			`SendMessage {"QueueUrl":"q.fifo","MessageBody":"a","MessageGroupId":"g","MessageDeduplicationId":"1"}`,
			`ReceiveMessage {"QueueUrl":"q.fifo","VisibilityTimeout":1}`,
			`after 1s`,
			`DeleteMessage {"QueueUrl":"q.fifo","ReceiptHandle":"handle 1"}`, // has expired
			`ReceiveMessage {"QueueUrl":"q.fifo"}`,
			`DeleteMessage {"QueueUrl":"q.fifo","ReceiptHandle":"handle 2"}`,
			`DeleteMessage {"QueueUrl":"q.fifo","ReceiptHandle":"handle 2"}`,
			`after 1m`,
		} {
			s.do(line)
		}
		const want = "NumberOfMessagesDeleted q.fifo: 2 in 2\n"
		if got := tape.Sums(); !strings.Contains(got, want) {
			t.Errorf("measured\n%s, want %s", got, want)
		}
		time.Sleep(time.Second)
	})
}

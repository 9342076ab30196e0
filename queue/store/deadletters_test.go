package store_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/queue/store"
	"lullaby/storage"
)

// A long poll that meets many dead letters moves them and waits for a message behind
// them; a short poll moves some.
func TestManyDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const dead = 500
		s := &script{t: t, world: newWorld(t, storage.Process, store.Options{Unlimited: true}), begun: map[string]*begun{}}
		s.do(`CreateQueue {"QueueName":"dead"}`)
		s.do(`CreateQueue {"QueueName":"q","Attributes":{"VisibilityTimeout":"1",` +
			`"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":1}"}}`)
		for i := range dead {
			s.do(fmt.Sprintf(`SendMessage {"QueueUrl":"q","MessageBody":"%d"}`, i))
		}
		for range dead / 10 {
			s.do(`ReceiveMessage {"QueueUrl":"q","MaxNumberOfMessages":10}`)
		}
		time.Sleep(time.Second)
		if got := s.do(`ReceiveMessage {"QueueUrl":"q"}`); got != "{}" {
			t.Errorf("a short poll found %s", got)
		}
		s.do(`begin 1 ReceiveMessage {"QueueUrl":"q","WaitTimeSeconds":20}`)
		s.do(`SendMessage {"QueueUrl":"q","MessageBody":"last"}`)
		if got := s.do(`end 1`); !strings.HasPrefix(got, "after 0s: ") || !strings.Contains(got, `"Body":"last"`) {
			t.Errorf("a long poll found %s", got)
		}
		got := s.do(`GetQueueAttributes {"QueueUrl":"dead","AttributeNames":["ApproximateNumberOfMessages"]}`)
		if want := fmt.Sprintf(`"%d"`, dead); !strings.Contains(got, want) {
			t.Errorf("the dead-letter queue has %s, want %s", got, want)
		}
	})
}

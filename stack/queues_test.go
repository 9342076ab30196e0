package stack

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
	"lullaby/storage"
)

const queuesTemplate = `
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 7
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
      Tags: [{Key: a, Value: b}]
  Dead:
    Type: AWS::SQS::Queue
    Properties: {QueueName: dead}
  Open:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Dead]
      PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: "*", Action: sqs:SendMessage, Resource: "*"}}
`

// startQueues starts a stack of a template on a data folder and returns what it
// says.
func startQueues(t *testing.T, dir, text string) (*Stack, string, error) {
	t.Helper()
	file := filepath.Join(dir, "template.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	s, err := Start(t.Context(), Options{
		Template: file, HTTPAddr: "127.0.0.1:0", AWSAddr: "127.0.0.1:0", Data: filepath.Join(dir, "data"), Durability: storage.Process, Instant: true,
		Out: &out, Logs: &out, Log: slog.New(slog.DiscardHandler),
	})
	return s, out.String(), err
}

// The queues of a template are there when a stack has started, with what it says of
// them, and change when it does. Their messages stay, and so do queues that are no
// longer in it.
func TestQueuesOfATemplate(t *testing.T) {
	dir := t.TempDir()
	s, said, err := startQueues(t, dir, queuesTemplate)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(said, "warning") {
		t.Errorf("a template of queues: %s", said)
	}
	at := instant.Of(time.Now())
	attributes := func(s *Stack, queue string) map[string]string {
		t.Helper()
		out, err := s.queues.GetQueueAttributes(t.Context(), at, &request.GetQueueAttributesInput{QueueUrl: queue, AttributeNames: []string{"All"}})
		if err != nil {
			t.Fatal(err)
		}
		return out.Attributes
	}
	got := attributes(s, "orders")
	same(t, "visibility", got["VisibilityTimeout"], "7")
	same(t, "redrive policy", got["RedrivePolicy"], `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":3}`)
	if policy := attributes(s, "dead")["Policy"]; !strings.Contains(policy, "sqs:SendMessage") {
		t.Errorf("the policy is %q", policy)
	}
	tags, err := s.queues.ListQueueTags(t.Context(), at, &request.ListQueueTagsInput{QueueUrl: "orders"})
	if err != nil || tags.Tags["a"] != "b" {
		t.Errorf("tags are %v, %v", tags, err)
	}
	if _, err := s.queues.SendMessage(t.Context(), at, &request.SendMessageInput{QueueUrl: "orders", Message: request.Message{MessageBody: "one"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s, said, err = startQueues(t, dir, "Resources: {Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}}")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got = attributes(s, "orders")
	same(t, "visibility", got["VisibilityTimeout"], "30")
	same(t, "redrive policy", got["RedrivePolicy"], "")
	same(t, "messages", got["ApproximateNumberOfMessages"], "1")
	if want := "warning: queue dead is in the data folder and not in the template: kept"; !strings.Contains(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}

// A dead-letter queue that does not exist is refused at its place.
func TestQueueThatAWSRefuses(t *testing.T) {
	_, _, err := startQueues(t, t.TempDir(), `
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:none", maxReceiveCount: 3}
`)
	if text := message(err); !strings.Contains(text, "template.yaml:3: queue Orders: ") || !strings.Contains(text, "Dead letter target does not exist.") {
		t.Errorf("error %q", text)
	}
}

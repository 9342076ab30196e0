package conformance

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// errors are types of the SDK's, with the codes of the query protocol.
func (q goQueue) errors() {
	text := func(s string) *string { return &s }
	entry := func(id string) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: &id, MessageBody: text("a")}
	}
	batch := func(entries ...types.SendMessageBatchRequestEntry) error {
		_, err := q.SendMessageBatch(q.t.Context(), &sqs.SendMessageBatchInput{QueueUrl: q.url, Entries: entries})
		return err
	}
	_, noQueue := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: text(*q.url + "-not"), MessageBody: text("a")})
	_, exists := q.CreateQueue(q.t.Context(), &sqs.CreateQueueInput{QueueName: text("go-errors"), Attributes: map[string]string{"DelaySeconds": "3"}})
	_, name := q.CreateQueue(q.t.Context(), &sqs.CreateQueueInput{QueueName: text("a b")})
	_, attribute := q.CreateQueue(q.t.Context(), &sqs.CreateQueueInput{QueueName: text("go-other"), Attributes: map[string]string{"Foobar": "3"}})
	_, handle := q.DeleteMessage(q.t.Context(), &sqs.DeleteMessageInput{QueueUrl: q.url, ReceiptHandle: text("garbage")})
	_, eleven := q.ReceiveMessage(q.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.url, MaxNumberOfMessages: 11})
	_, contents := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: text("\x00")})
	_, empty := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: text("")})
	_, group := q.StartMessageMoveTask(q.t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: text("arn:aws:sqs:us-east-1:123456789012:nope")})
	const simple = "AWS.SimpleQueueService."
	for _, tt := range []struct {
		name, code, message string
		err                 error
		as                  any // a pointer to the SDK's type; nil: it has none
	}{
		{"no queue", simple + "NonExistentQueue", "The specified queue does not exist.", noQueue, new(*types.QueueDoesNotExist)},
		{"exists", "QueueAlreadyExists", "different value for attribute DelaySeconds", exists, new(*types.QueueNameExists)},
		{"name", "InvalidParameterValue", "", name, nil},
		{"attribute", "InvalidAttributeName", "Unknown Attribute Foobar.", attribute, new(*types.InvalidAttributeName)},
		{"handle", "ReceiptHandleIsInvalid", `The input receipt handle "garbage" is not a valid receipt handle.`, handle, new(*types.ReceiptHandleIsInvalid)},
		{"eleven", "InvalidParameterValue", "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", eleven, nil},
		{"contents", "InvalidMessageContents", "", contents, new(*types.InvalidMessageContents)},
		{"empty", "MissingParameter", "The request must contain the parameter MessageBody.", empty, nil},
		{"no entries", simple + "EmptyBatchRequest", "", batch([]types.SendMessageBatchRequestEntry{}...), new(*types.EmptyBatchRequest)},
		{"same ids", simple + "BatchEntryIdsNotDistinct", "", batch(entry("a"), entry("a")), new(*types.BatchEntryIdsNotDistinct)},
		{"id", simple + "InvalidBatchEntryId", "", batch(entry("a b")), new(*types.InvalidBatchEntryId)},
		{"no task", "ResourceNotFoundException", "", group, new(*types.ResourceNotFoundException)},
	} {
		refused, ok := errors.AsType[smithy.APIError](tt.err)
		if !ok || refused.ErrorCode() != tt.code || !strings.Contains(refused.ErrorMessage(), tt.message) || refused.ErrorFault() == smithy.FaultServer {
			q.t.Errorf("%s: %v, want %s %s", tt.name, tt.err, tt.code, tt.message)
		}
		if tt.as != nil && !errors.As(tt.err, tt.as) {
			q.t.Errorf("%s: %v is no %T", tt.name, tt.err, tt.as)
		}
	}
}

func (q goQueue) inOrder() {
	for _, send := range []struct{ group, body string }{{"a", "1"}, {"a", "2"}, {"b", "3"}, {"a", "1"}, {"b", "4"}} {
		out, err := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: &send.body, MessageGroupId: &send.group})
		q.must("SendMessage", err)
		if len(aws.ToString(out.SequenceNumber)) != 20 {
			q.t.Errorf("sequence number %v", out.SequenceNumber)
		}
	}
	got := q.receive(10)
	groups := map[string][]types.Message{}
	for _, m := range got {
		groups[m.Attributes["MessageGroupId"]] = append(groups[m.Attributes["MessageGroupId"]], m)
	}
	if bodies(groups["a"]) != "1 2" || bodies(groups["b"]) != "3 4" {
		q.t.Fatalf("received %s of a and %s of b", bodies(groups["a"]), bodies(groups["b"]))
	}
	_, err := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: aws.String("5"), MessageGroupId: aws.String("a")})
	q.must("SendMessage", err)
	if more := q.receive(10); len(more) != 0 {
		q.t.Errorf("received %s of a group in flight", bodies(more))
	}
	for _, m := range got {
		q.remove(m)
	}
	if more := q.receive(10); bodies(more) != "5" {
		q.t.Errorf("received %s, want 5", bodies(more))
	}
	_, err = q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: aws.String("6")})
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != "MissingParameter" {
		q.t.Errorf("a message without a group: %v", err)
	}
}

// redrive lets a message fail, and moves it back.
func redrive(t *testing.T, c *sqs.Client) {
	dead := newGoQueue(t, c, "go-dead", nil)
	const deadARN = "arn:aws:sqs:us-east-1:123456789012:go-dead"
	q := newGoQueue(t, c, "go-source", map[string]string{
		"VisibilityTimeout": "0", "RedrivePolicy": `{"deadLetterTargetArn":"` + deadARN + `","maxReceiveCount":1}`,
	})
	q.send("poison")
	if got := q.receive(1); bodies(got) != "poison" {
		t.Fatalf("received %q", bodies(got))
	}
	if got := q.receive(1); len(got) != 0 {
		t.Errorf("received %s again", bodies(got))
	}
	sources, err := c.ListDeadLetterSourceQueues(t.Context(), &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead.url})
	q.must("ListDeadLetterSourceQueues", err)
	if !slices.Equal(sources.QueueUrls, []string{*q.url}) {
		t.Errorf("sources %v, want %s", sources.QueueUrls, *q.url)
	}
	started, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(deadARN)})
	q.must("StartMessageMoveTask", err)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		tasks, err := c.ListMessageMoveTasks(t.Context(), &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(deadARN)})
		q.must("ListMessageMoveTasks", err)
		if len(tasks.Results) == 1 && aws.ToString(tasks.Results[0].Status) == "COMPLETED" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("tasks %v", tasks.Results)
		}
	}
	if got := q.receive(1); bodies(got) != "poison" {
		t.Errorf("received %q after the move, want poison", bodies(got))
	}
	_, err = c.CancelMessageMoveTask(t.Context(), &sqs.CancelMessageMoveTaskInput{TaskHandle: started.TaskHandle})
	if _, ok := errors.AsType[*types.UnsupportedOperation](err); !ok {
		t.Errorf("a task that has ended is cancelled: %v", err)
	}
}

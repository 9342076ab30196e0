package conformance

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// The SDK for Go speaks SQS over JSON and checks the digests of what it sends and
// receives.
func TestGoSDKQueues(t *testing.T) {
	t.Parallel()
	endpoint := start(t, "--bare", "--control-plane", "real").AWS
	c := queueSDK(endpoint)
	for name, test := range map[string]func(q goQueue){
		"messages": goQueue.messages, "batches": goQueue.batches, "polls": goQueue.polls,
		"visibility": goQueue.visibility, "settings": goQueue.settings, "errors": goQueue.errors,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newGoQueue(t, c, "go-"+name, nil)
			if want := endpoint + "/123456789012/go-" + name; *q.url != want {
				t.Errorf("the URL is %s, want %s", *q.url, want)
			}
			test(q)
		})
	}
	t.Run("FIFO", func(t *testing.T) {
		t.Parallel()
		newGoQueue(t, c, "go.fifo", map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"}).inOrder()
	})
	t.Run("redrive", func(t *testing.T) {
		t.Parallel()
		redrive(t, c)
	})
}

func queueSDK(endpoint string) *sqs.Client {
	return sqs.New(sqs.Options{
		BaseEndpoint: &endpoint, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}

// goQueue is a queue and the test that it serves.
type goQueue struct {
	t *testing.T
	*sqs.Client
	url *string
}

func newGoQueue(t *testing.T, c *sqs.Client, name string, attributes map[string]string) goQueue {
	t.Helper()
	out, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return goQueue{t, c, out.QueueUrl}
}

// must ends the test if err is not nil.
func (q goQueue) must(what string, err error) {
	q.t.Helper()
	if err != nil {
		q.t.Fatalf("%s: %v", what, err)
	}
}

func (q goQueue) send(body string) {
	q.t.Helper()
	_, err := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: &body})
	q.must("SendMessage", err)
}

// receive waits a second for up to most messages.
func (q goQueue) receive(most int32) []types.Message {
	q.t.Helper()
	out, err := q.ReceiveMessage(q.t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: q.url, MaxNumberOfMessages: most, WaitTimeSeconds: 1,
		MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})
	q.must("ReceiveMessage", err)
	return out.Messages
}

func (q goQueue) remove(m types.Message) {
	q.t.Helper()
	_, err := q.DeleteMessage(q.t.Context(), &sqs.DeleteMessageInput{QueueUrl: q.url, ReceiptHandle: m.ReceiptHandle})
	q.must("DeleteMessage", err)
}

func bodies(messages []types.Message) string {
	all := make([]string, len(messages))
	for i, m := range messages {
		all[i] = *m.Body
	}
	return strings.Join(all, " ")
}

// messages sends and receives attributes of each type, characters of each kind and
// the largest message.
func (q goQueue) messages() {
	const body = "é\U0001F980 <&>\"'\r\n\t"
	attributes := map[string]types.MessageAttributeValue{
		"Author": {DataType: aws.String("String"), StringValue: aws.String("é <&>")},
		"Weeks":  {DataType: aws.String("Number.int"), StringValue: aws.String("6")},
		"Cover":  {DataType: aws.String("Binary.png"), BinaryValue: []byte{0, 255, 10}},
	}
	trace := map[string]types.MessageSystemAttributeValue{
		"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-5759e988-bd862e3fe1be46a994272793")},
	}
	sent, err := q.SendMessage(q.t.Context(), &sqs.SendMessageInput{
		QueueUrl: q.url, MessageBody: aws.String(body), MessageAttributes: attributes, MessageSystemAttributes: trace,
	})
	q.must("SendMessage", err)
	got := q.receive(1)
	if len(got) != 1 || *got[0].Body != body || *got[0].MessageId != *sent.MessageId || *got[0].MD5OfMessageAttributes != *sent.MD5OfMessageAttributes {
		q.t.Fatalf("received %v of %v", got, sent)
	}
	for name, want := range attributes {
		v := got[0].MessageAttributes[name]
		if *v.DataType != *want.DataType || aws.ToString(v.StringValue) != aws.ToString(want.StringValue) || !slices.Equal(v.BinaryValue, want.BinaryValue) {
			q.t.Errorf("attribute %s: %v, want %v", name, v, want)
		}
	}
	names := slices.Sorted(maps.Keys(got[0].Attributes))
	if want := "AWSTraceHeader ApproximateFirstReceiveTimestamp ApproximateReceiveCount SenderId SentTimestamp"; strings.Join(names, " ") != want {
		q.t.Errorf("system attributes %v, want %s", names, want)
	}
	q.remove(got[0])
	large := strings.Repeat("x", 1<<20)
	q.send(large)
	if got := q.receive(1); len(got) != 1 || *got[0].Body != large {
		q.t.Errorf("received %d messages, want the largest", len(got))
	}
}

func entryID(n int) *string { return aws.String("e" + strconv.Itoa(n)) }

// batches fail in part.
func (q goQueue) batches() {
	entries := make([]types.SendMessageBatchRequestEntry, 10)
	for n := range entries {
		entries[n] = types.SendMessageBatchRequestEntry{Id: entryID(n), MessageBody: aws.String(strconv.Itoa(n))}
	}
	entries[3].MessageBody = aws.String("\x00") // no message may have it
	sent, err := q.SendMessageBatch(q.t.Context(), &sqs.SendMessageBatchInput{QueueUrl: q.url, Entries: entries})
	q.must("SendMessageBatch", err)
	if len(sent.Successful) != 9 || len(sent.Failed) != 1 || *sent.Failed[0].Id != "e3" || *sent.Failed[0].Code != "InvalidMessageContents" || !sent.Failed[0].SenderFault {
		q.t.Errorf("SendMessageBatch: %d sent, failed %v", len(sent.Successful), sent.Failed)
	}
	got := q.receive(10)
	if want := "0 1 2 4 5 6 7 8 9"; bodies(got) != want {
		q.t.Fatalf("received %s, want %s", bodies(got), want)
	}
	changes := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(got))
	removals := make([]types.DeleteMessageBatchRequestEntry, len(got))
	for n, m := range got {
		changes[n] = types.ChangeMessageVisibilityBatchRequestEntry{Id: entryID(n), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 60}
		removals[n] = types.DeleteMessageBatchRequestEntry{Id: entryID(n), ReceiptHandle: m.ReceiptHandle}
	}
	removals[8].ReceiptHandle = aws.String("garbage")
	changed, err := q.ChangeMessageVisibilityBatch(q.t.Context(), &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: q.url, Entries: changes})
	q.must("ChangeMessageVisibilityBatch", err)
	removed, err := q.DeleteMessageBatch(q.t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: q.url, Entries: removals})
	q.must("DeleteMessageBatch", err)
	if len(changed.Successful) != 9 || len(removed.Successful) != 8 || len(removed.Failed) != 1 || *removed.Failed[0].Code != "ReceiptHandleIsInvalid" {
		q.t.Errorf("changed %d, removed %d, failed %v", len(changed.Successful), len(removed.Successful), removed.Failed)
	}
}

// polls wait until a message is sent, or their time is over, or the client leaves.
func (q goQueue) polls() {
	if got := q.receive(1); len(got) != 0 {
		q.t.Errorf("received %s from an empty queue", bodies(got))
	}
	received := make(chan string, 1) // sent once
	go func() {
		out, err := q.ReceiveMessage(q.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.url, WaitTimeSeconds: 20})
		if err != nil {
			received <- err.Error()
			return
		}
		received <- bodies(out.Messages)
	}()
	q.send("wake")
	if got := <-received; got != "wake" {
		q.t.Errorf("the poll ended with %q", got)
	}
	ctx, cancel := context.WithTimeout(q.t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := q.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: q.url, WaitTimeSeconds: 20, VisibilityTimeout: 1})
	if !errors.Is(err, context.DeadlineExceeded) {
		q.t.Errorf("a poll that is given up: %v", err)
	}
	q.send("later") // the client that has left may get it, if the server does not know yet
	out, err := q.ReceiveMessage(q.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.url, WaitTimeSeconds: 20})
	q.must("ReceiveMessage", err)
	if bodies(out.Messages) != "later" {
		q.t.Errorf("received %q, want later", bodies(out.Messages))
	}
}

func (q goQueue) visibility() {
	q.send("a")
	first := q.receive(1)
	if len(first) != 1 || len(q.receive(1)) != 0 {
		q.t.Fatal("a message in flight was received again")
	}
	_, err := q.ChangeMessageVisibility(q.t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: q.url, ReceiptHandle: first[0].ReceiptHandle, VisibilityTimeout: 0})
	q.must("ChangeMessageVisibility", err)
	again := q.receive(1)
	if len(again) != 1 || again[0].Attributes["ApproximateReceiveCount"] != "2" || *again[0].ReceiptHandle == *first[0].ReceiptHandle {
		q.t.Fatalf("received %v after it was made visible", again)
	}
	q.remove(again[0])
	q.remove(again[0]) // twice is well
	if got := q.receive(1); len(got) != 0 {
		q.t.Errorf("received %s, which was deleted", bodies(got))
	}
}

func (q goQueue) settings() {
	_, err := q.SetQueueAttributes(q.t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: q.url, Attributes: map[string]string{"VisibilityTimeout": "7"}})
	q.must("SetQueueAttributes", err)
	got, err := q.GetQueueAttributes(q.t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: q.url, AttributeNames: []types.QueueAttributeName{"All"}})
	q.must("GetQueueAttributes", err)
	if got.Attributes["VisibilityTimeout"] != "7" || got.Attributes["QueueArn"] != "arn:aws:sqs:us-east-1:123456789012:go-settings" {
		q.t.Errorf("attributes %v", got.Attributes)
	}
	_, err = q.TagQueue(q.t.Context(), &sqs.TagQueueInput{QueueUrl: q.url, Tags: map[string]string{"a": "1", "b": "2"}})
	q.must("TagQueue", err)
	_, err = q.UntagQueue(q.t.Context(), &sqs.UntagQueueInput{QueueUrl: q.url, TagKeys: []string{"a"}})
	q.must("UntagQueue", err)
	tags, err := q.ListQueueTags(q.t.Context(), &sqs.ListQueueTagsInput{QueueUrl: q.url})
	q.must("ListQueueTags", err)
	if !maps.Equal(tags.Tags, map[string]string{"b": "2"}) {
		q.t.Errorf("tags %v", tags.Tags)
	}
	named, err := q.GetQueueUrl(q.t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("go-settings")})
	q.must("GetQueueUrl", err)
	var listed []string
	pages := sqs.NewListQueuesPaginator(q, &sqs.ListQueuesInput{QueueNamePrefix: aws.String("go-settings"), MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(q.t.Context())
		q.must("ListQueues", err)
		listed = append(listed, page.QueueUrls...)
	}
	if *named.QueueUrl != *q.url || !slices.Equal(listed, []string{*q.url}) {
		q.t.Errorf("URLs %s and %v, want %s", *named.QueueUrl, listed, *q.url)
	}
	q.send("a")
	_, err = q.PurgeQueue(q.t.Context(), &sqs.PurgeQueueInput{QueueUrl: q.url})
	q.must("PurgeQueue", err)
	_, err = q.PurgeQueue(q.t.Context(), &sqs.PurgeQueueInput{QueueUrl: q.url})
	if _, ok := errors.AsType[*types.PurgeQueueInProgress](err); !ok {
		q.t.Errorf("a second purge: %v", err)
	}
	_, err = q.DeleteQueue(q.t.Context(), &sqs.DeleteQueueInput{QueueUrl: q.url})
	q.must("DeleteQueue", err)
	_, err = q.CreateQueue(q.t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("go-settings")})
	if _, ok := errors.AsType[*types.QueueDeletedRecently](err); !ok {
		q.t.Errorf("a queue made anew: %v", err)
	}
}

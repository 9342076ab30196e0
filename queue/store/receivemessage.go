package store

import (
	"context"
	"encoding/hex"
	"strconv"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
)

// ReceiveMessageOutput is the output of ReceiveMessage.
type ReceiveMessageOutput struct {
	Messages []Message `json:",omitempty" query:"Message"`
}

// Message is a message as it is received.
type Message struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string                        `json:",omitempty" query:"Attribute,Name,Value"`
	MD5OfMessageAttributes string                                   `json:",omitzero"`
	MessageAttributes      map[string]request.MessageAttributeValue `json:",omitempty" query:"MessageAttribute,Name,Value"`
}

// ReceiveMessage receives messages that are visible. If there are none, a long poll
// waits for one; it ends with nothing when its time is over or ctx ends, and with a
// refusal if the queue is deleted. The error is a refusal, or of storage.
func (e *Engine) ReceiveMessage(ctx context.Context, now instant.Instant, in *request.ReceiveMessageInput) (*ReceiveMessageOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	settings := &q.desc.Load().settings
	if err := in.CheckFor(settings); err != nil {
		return nil, err
	}
	ask := model.Ask{Max: 1, Visibility: -1, Attempt: in.ReceiveRequestAttemptId}
	if in.MaxNumberOfMessages != nil {
		ask.Max = int(*in.MaxNumberOfMessages)
	}
	if in.VisibilityTimeout != nil {
		ask.Visibility = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	wait := settings.Wait
	if in.WaitTimeSeconds != nil {
		wait = time.Duration(*in.WaitTimeSeconds) * time.Second
	}
	ask.Long = wait > 0
	got, err := q.receive(ctx, now, &ask, wait)
	if err != nil {
		return nil, err
	}
	out := &ReceiveMessageOutput{}
	if len(got) > 0 {
		out.Messages = make([]Message, len(got))
	}
	for i := range got {
		got[i].show(&out.Messages[i], q, in)
	}
	return out, nil
}

// A received is a message that is received, with its state after that.
type received struct {
	message

	id model.ID
	model.State
}

// show writes the message as the receiver asks for it. The account is the sender,
// since Lullaby knows no users.
func (r *received) show(m *Message, q *queue, in *request.ReceiveMessageInput) {
	m.MessageId = r.message.id.String()
	m.ReceiptHandle = receipt{q.number, r.id, r.Receives}.handle()
	m.MD5OfBody = hex.EncodeToString(r.digest[:])
	m.Body = r.body
	if selected := in.Select(r.attributes); selected != nil {
		m.MessageAttributes = selected
		m.MD5OfMessageAttributes = request.MD5OfAttributes(selected)
	}
	if len(in.MessageSystemAttributeNames)+len(in.AttributeNames) == 0 {
		return
	}
	first := r.First
	if r.receives > 0 {
		first = r.received
	}
	m.Attributes = map[string]string{}
	note := func(name, value string) {
		if value != "" && in.Wants(name) {
			m.Attributes[name] = value
		}
	}
	note("SenderId", q.e.opts.Scope.Account)
	note("SentTimestamp", milliseconds(r.sent))
	note("ApproximateReceiveCount", strconv.FormatUint(r.receives+uint64(r.Receives), 10))
	note("ApproximateFirstReceiveTimestamp", milliseconds(first))
	note("MessageGroupId", r.group)
	note("MessageDeduplicationId", r.deduplication)
	note(traceHeader, r.trace)
	note("DeadLetterQueueSourceArn", r.source)
	if r.deduplication != "" {
		note("SequenceNumber", sequenceNumber(r.id))
	}
}

// milliseconds returns an instant as SQS writes it.
func milliseconds(at instant.Instant) string {
	return strconv.FormatInt(int64(at)/int64(time.Millisecond), 10)
}

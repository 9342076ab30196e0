package store_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/queue/request"
	"lullaby/queue/store"
)

// call performs a request of a script.
func (n *naive) call(line string, now instant.Instant) string {
	operation, body, _ := strings.Cut(line, " ")
	in := &naiveInput{}
	if err := awsjson.Unmarshal([]byte(body), in); err != nil {
		panic(err)
	}
	if refused := n.refuseRedrive(in); refused != "" && (operation == "CreateQueue" || n.queues[in.QueueUrl] != nil) {
		return refused
	}
	if operation == "CreateQueue" {
		n.create(in)
		return naiveText(store.CreateQueueOutput{QueueUrl: "/123456789012/" + in.QueueName})
	}
	if operation == "StartMessageMoveTask" {
		return n.startMove(in, now)
	}
	q := n.queues[in.QueueUrl]
	if q == nil {
		return "The specified queue does not exist."
	}
	q.expire(now)
	switch operation {
	case "SendMessageBatch":
		return n.send(q, in, now)
	case "ReceiveMessage":
		return naiveMessages(q, n.poll(q, in, now))
	case "DeleteMessage", "ChangeMessageVisibility":
		return q.settle(operation, in, now)
	case "PurgeQueue":
		q.messages, q.known = nil, map[string]naiveSend{}
	case "SetQueueAttributes":
		q.set(in.Attributes)
	case "DeleteQueue":
		delete(n.queues, q.name)
	case "GetQueueAttributes":
		return naiveText(store.GetQueueAttributesOutput{Attributes: q.counts(now)})
	}
	return "{}"
}

// A naiveInput has the members of all operations.
type naiveInput struct {
	QueueUrl, QueueName, ReceiptHandle, SourceArn string
	Attributes                                    map[string]string
	AttributeNames, MessageSystemAttributeNames   []string
	Entries                                       []request.SendMessageBatchRequestEntry
	MaxNumberOfMessages, VisibilityTimeout        *int32
	WaitTimeSeconds                               int32
}

func naiveText(out any) string {
	text, err := awsjson.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// refuseRedrive refuses a dead-letter queue that does not exist.
func (n *naive) refuseRedrive(in *naiveInput) string {
	policy := in.Attributes["RedrivePolicy"]
	if target, _ := naiveRedrive(policy); policy == "" || n.queues[target] != nil || n.queues[in.QueueName] != nil {
		return ""
	}
	return "Value " + policy + " for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."
}

func naiveRedrive(text string) (target string, receives int) {
	var policy struct {
		DeadLetterTargetARN string `json:"deadLetterTargetArn"`
		MaxReceiveCount     int    `json:"maxReceiveCount"`
	}
	_ = json.Unmarshal([]byte(text), &policy) // of "" is none
	return strings.TrimPrefix(policy.DeadLetterTargetARN, naiveScope), policy.MaxReceiveCount
}

func (n *naive) create(in *naiveInput) {
	if n.queues[in.QueueName] != nil {
		return
	}
	n.number++
	q := &naiveQueue{name: in.QueueName, number: n.number, visibility: 30 * time.Second, retention: 96 * time.Hour, known: map[string]naiveSend{}}
	q.fifo = in.Attributes["FifoQueue"] == "true"
	q.set(in.Attributes)
	n.queues[q.name] = q
}

func (q *naiveQueue) set(attributes map[string]string) {
	for name, value := range attributes {
		seconds, _ := strconv.Atoi(value)
		d := time.Duration(seconds) * time.Second
		switch name {
		case "VisibilityTimeout":
			q.visibility = d
		case "DelaySeconds":
			q.delay = d
		case "MessageRetentionPeriod":
			q.retention = d
		case "RedrivePolicy":
			q.dead, q.receives = naiveRedrive(value)
		}
	}
}

func (n *naive) send(q *naiveQueue, in *naiveInput, now instant.Instant) string {
	out := store.SendMessageBatchOutput{}
	for i := range in.Entries {
		e := &in.Entries[i]
		told := store.SendMessageBatchResultEntry{Id: e.Id}
		told.MD5OfMessageBody = naiveDigest(e.MessageBody)
		first, known := q.known[e.MessageDeduplicationId]
		if !known || !q.fifo || now.Sub(first.at) >= 5*time.Minute {
			n.sends++
			m := &naiveMessage{id: n.messageID(), body: e.MessageBody, group: e.MessageGroupId, once: e.MessageDeduplicationId, sent: now, kept: now, since: now}
			if m.due = now.Add(q.delay); e.DelaySeconds != nil {
				m.due = now.Add(time.Duration(*e.DelaySeconds) * time.Second)
			}
			q.add(m)
			first = naiveSend{m.id, m.place, now}
			q.known[e.MessageDeduplicationId] = first
		}
		if told.MessageId = first.id; q.fifo {
			told.SequenceNumber = naiveSequence(first.place)
		}
		out.Successful = append(out.Successful, told)
	}
	return naiveText(out)
}

// poll receives, or looks again each second until there is something.
func (n *naive) poll(q *naiveQueue, in *naiveInput, now instant.Instant) []*naiveMessage {
	most, visibility := 1, q.visibility
	if in.MaxNumberOfMessages != nil {
		most = int(*in.MaxNumberOfMessages)
	}
	if in.VisibilityTimeout != nil {
		visibility = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	end := now.Add(time.Duration(in.WaitTimeSeconds) * time.Second)
	for ; ; now = now.Add(time.Second) {
		if got := n.receive(q, now, most, visibility); len(got) > 0 || !now.Before(end) {
			return got
		}
	}
}

func naiveMessages(q *naiveQueue, got []*naiveMessage) string {
	out := store.ReceiveMessageOutput{}
	for _, m := range got {
		out.Messages = append(out.Messages, q.show(m))
	}
	return naiveText(out)
}

// settle deletes or hides a message.
func (q *naiveQueue) settle(operation string, in *naiveInput, now instant.Instant) string {
	var number, place, receives int
	if n, err := fmt.Sscanf(in.ReceiptHandle, "h%d.%d.%d.", &number, &place, &receives); n != 3 || err != nil {
		return fmt.Sprintf("The input receipt handle %q is not a valid receipt handle.", in.ReceiptHandle)
	}
	if number != q.number {
		return fmt.Sprintf("The receipt handle %q is not valid for this queue.", in.ReceiptHandle)
	}
	refused := func(reason string) string {
		return fmt.Sprintf("Value %s for parameter ReceiptHandle is invalid. Reason: %s", in.ReceiptHandle, reason)
	}
	deletes := operation == "DeleteMessage"
	for _, m := range q.messages {
		if m.place != place {
			continue
		}
		current := m.receives == receives
		flies := current && q.flies(m, now)
		switch {
		case q.fifo && !flies && deletes:
			return refused("The receipt handle has expired.")
		case q.fifo && !flies:
			return refused("Message does not exist or is not available for visibility timeout change.")
		case current && deletes:
			q.drop(m)
		case flies:
			m.until = now.Add(time.Duration(*in.VisibilityTimeout) * time.Second)
		}
		return "{}"
	}
	if !deletes {
		return refused("Message does not exist or is not available for visibility timeout change.")
	}
	return "{}"
}

func (n *naive) startMove(in *naiveInput, now instant.Instant) string {
	q := n.queues[strings.TrimPrefix(in.SourceArn, naiveScope)]
	if q == nil {
		return "The resource that you specified for the SourceArn parameter doesn't exist."
	}
	sources := 0
	for _, other := range n.queues {
		if other.dead == q.name {
			sources++
		}
	}
	if sources == 0 {
		return "Source queue must be configured as a Dead Letter Queue."
	}
	n.move(q, now)
	n.tasks++
	return naiveText(store.StartMessageMoveTaskOutput{TaskHandle: fmt.Sprintf("t%d.", n.tasks)})
}

func (q *naiveQueue) counts(now instant.Instant) map[string]string {
	var flying, delayed int
	for _, m := range q.messages {
		switch {
		case q.flies(m, now):
			flying++
		case q.delayed(m, now):
			delayed++
		}
	}
	return map[string]string{
		"ApproximateNumberOfMessages":           strconv.Itoa(len(q.messages) - flying - delayed),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(flying),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(delayed),
	}
}

package request

import (
	"slices"
	"strings"

	"lullaby/queue/refusal"
)

// ReceiveMessageInput is the request of ReceiveMessage.
type ReceiveMessageInput struct {
	QueueUrl                    string
	AttributeNames              []string `query:"AttributeName"` // the older spelling of the next
	MessageSystemAttributeNames []string `query:"MessageSystemAttributeName"`
	MessageAttributeNames       []string `query:"MessageAttributeName"`
	MaxNumberOfMessages         *int32   // nil: 1
	VisibilityTimeout           *int32   // in seconds; nil: that of the queue
	WaitTimeSeconds             *int32   // nil: that of the queue
	ReceiveRequestAttemptId     string
}

// Bounds of a receive (API Reference, "ReceiveMessage").
const (
	maxReceived = 10
	maxWait     = 20 // seconds
)

// MaxVisibility is how many seconds a message is hidden at most after its receive
// (docs/aws/sqs.md#longest-visibility).
const MaxVisibility = 43_200

// Check returns the first refusal that needs no queue. Assumed: the text for the
// visibility timeout.
func (in *ReceiveMessageInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if n := in.MaxNumberOfMessages; n != nil && (*n < 1 || *n > maxReceived) {
		return refusal.Invalid(*n, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
	}
	if n := in.WaitTimeSeconds; n != nil && (*n < 0 || *n > maxWait) {
		return refusal.Invalid(*n, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
	}
	if n := in.VisibilityTimeout; n != nil && (*n < 0 || *n > MaxVisibility) {
		return refusal.Invalid(*n, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
	}
	for _, name := range in.MessageSystemAttributeNames {
		if !slices.Contains(systemAttributes, name) {
			return unknownAttribute(name)
		}
	}
	for _, name := range in.AttributeNames {
		if !slices.Contains(systemAttributes, name) && !IsAttribute(name) {
			return unknownAttribute(name)
		}
	}
	return checkToken(in.ReceiveRequestAttemptId, "ReceiveRequestAttemptId")
}

// CheckFor returns the first refusal that the settings of the queue decide.
func (in *ReceiveMessageInput) CheckFor(q *Settings) error {
	if !q.FIFO && in.ReceiveRequestAttemptId != "" {
		return wrongType(in.ReceiveRequestAttemptId, "ReceiveRequestAttemptId")
	}
	return nil
}

// systemAttributes are the names of what SQS notes of a message, and that of all.
// AWS's documents also name SqsManagedSseEnabled, which no message has.
var systemAttributes = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "SequenceNumber",
	"MessageDeduplicationId", "MessageGroupId", traceHeader, "DeadLetterQueueSourceArn", "SqsManagedSseEnabled",
}

// Wants reports whether the receiver asks for a system attribute.
func (in *ReceiveMessageInput) Wants(name string) bool {
	asked := func(n string) bool { return n == name || n == "All" }
	return slices.ContainsFunc(in.MessageSystemAttributeNames, asked) || slices.ContainsFunc(in.AttributeNames, asked)
}

// Select returns those of a message's attributes for which the receiver asks: by
// their names, by the beginning of names as in "bar.*", or all with "All" or ".*".
// nil: none.
func (in *ReceiveMessageInput) Select(all map[string]MessageAttributeValue) map[string]MessageAttributeValue {
	var selected map[string]MessageAttributeValue
	for name, v := range all {
		if !slices.ContainsFunc(in.MessageAttributeNames, func(pattern string) bool { return selects(pattern, name) }) {
			continue
		}
		if selected == nil {
			selected = make(map[string]MessageAttributeValue, len(all))
		}
		selected[name] = v
	}
	return selected
}

func selects(pattern, name string) bool {
	if pattern == name || pattern == "All" {
		return true
	}
	prefix, wild := strings.CutSuffix(pattern, ".*")
	return wild && strings.HasPrefix(name, prefix)
}

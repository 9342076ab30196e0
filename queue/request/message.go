package request

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"lullaby/queue/refusal"
)

// A Message is a message as it is sent.
type Message struct {
	MessageBody             string
	DelaySeconds            *int32                           // nil: that of the queue
	MessageAttributes       map[string]MessageAttributeValue `query:"MessageAttribute,Name,Value"`
	MessageSystemAttributes map[string]MessageAttributeValue `query:"MessageSystemAttribute,Name,Value"`
	MessageDeduplicationId  string
	MessageGroupId          string
}

// Size returns the bytes of the message that its queue and a batch bound: those of
// the body and of the names, types and values of the attributes
// (docs/aws/sqs.md#sizes-of-messages).
func (m *Message) Size() int64 {
	n := int64(len(m.MessageBody))
	for name, v := range m.MessageAttributes {
		n += int64(len(name) + len(v.DataType) + v.size())
	}
	return n
}

// Trace gives the message the trace header of the request that sends it, unless the
// message has one of its own, or the header is no text (docs/aws/sqs.md#trace-headers).
func (m *Message) Trace(header string) {
	if _, has := m.MessageSystemAttributes[traceHeader]; has || header == "" || checkText(header, "header") != nil {
		return
	}
	if m.MessageSystemAttributes == nil {
		m.MessageSystemAttributes = map[string]MessageAttributeValue{}
	}
	m.MessageSystemAttributes[traceHeader] = MessageAttributeValue{DataType: typeString, StringValue: &header}
}

// Delay returns how many seconds the message stays delayed by itself. own is false
// if the delay of the queue holds, which is so for a FIFO queue always.
func (m *Message) Delay(q *Settings) (seconds int32, own bool) {
	if m.DelaySeconds == nil || q.FIFO {
		return 0, false
	}
	return *m.DelaySeconds, true
}

// Deduplication returns the ID by which a FIFO queue knows the message again: the
// one that it has, or else the SHA-256 of its body (API Reference, "SendMessage").
func (m *Message) Deduplication() string {
	if m.MessageDeduplicationId != "" {
		return m.MessageDeduplicationId
	}
	sum := sha256.Sum256([]byte(m.MessageBody))
	return hex.EncodeToString(sum[:])
}

// maxDelay is the most seconds of DelaySeconds.
const maxDelay = 900

// check returns the first refusal that needs no queue. The operation is that of
// the request.
func (m *Message) check(operation string) error {
	if err := checkText(m.MessageBody, "body"); err != nil {
		return err
	}
	if d := m.DelaySeconds; d != nil && (*d < 0 || *d > maxDelay) {
		return refusal.Invalid(*d, "DelaySeconds", "DelaySeconds must be >= 0 and <= "+strconv.Itoa(maxDelay)+".")
	}
	if err := checkAttributes(operation, m.MessageAttributes); err != nil {
		return err
	}
	if err := checkSystemAttributes(m.MessageSystemAttributes); err != nil {
		return err
	}
	if err := checkToken(m.MessageGroupId, "MessageGroupId"); err != nil {
		return err
	}
	return checkToken(m.MessageDeduplicationId, "MessageDeduplicationId")
}

// checkFor returns the first refusal that the settings of the queue decide.
func (m *Message) checkFor(q *Settings) error {
	switch {
	case !q.FIFO && m.MessageDeduplicationId != "":
		return wrongType(m.MessageDeduplicationId, "MessageDeduplicationId")
	case q.FIFO && m.DelaySeconds != nil && *m.DelaySeconds != 0:
		return wrongType(*m.DelaySeconds, "DelaySeconds")
	}
	return nil
}

// missing returns the refusal of a message that lacks what a FIFO queue needs. kind
// is that of a missing group (docs/aws/sqs.md#missing-parameters).
func (m *Message) missing(q *Settings, kind refusal.Kind) error {
	switch {
	case !q.FIFO:
		return nil
	case m.MessageGroupId == "":
		return refusal.New(kind, refusal.Missing("MessageGroupId").Error())
	case m.MessageDeduplicationId == "" && !q.ContentBasedDeduplication:
		return refusal.New(refusal.InvalidParameterValue,
			"The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
	}
	return nil
}

// tooLong refuses a message that is larger than its queue allows. AWS's preface
// differs between a message alone and one of a batch.
func (m *Message) tooLong(q *Settings, preface string) error {
	if m.Size() <= q.MaxMessageSize {
		return nil
	}
	return refusal.Newf(refusal.InvalidParameterValue, "%s Reason: Message must be shorter than %d bytes.", preface, q.MaxMessageSize)
}

// wrongType refuses a parameter that queues of the other type have
// (docs/aws/sqs.md#parameters-of-fifo-queues).
func wrongType(value any, parameter string) error {
	return refusal.Invalid(value, parameter, "The request include parameter that is not valid for this queue type.")
}

// maxToken is the most characters of the IDs of groups, deduplication and attempts.
const maxToken = 128

// checkToken checks an optional ID: letters, digits and punctuation of ASCII.
func checkToken(token, parameter string) error {
	ok := len(token) <= maxToken
	for i := 0; ok && i < len(token); i++ {
		ok = '!' <= token[i] && token[i] <= '~'
	}
	if !ok {
		return refusal.Invalid(token, parameter, parameter+" can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	return nil
}

package store

import (
	"crypto/md5" //nolint:gosec // AWS's digest of bodies
	"encoding/hex"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
)

// A sending is a message on its way into a queue.
type sending struct {
	message

	id        model.ID // once it has its place; that of the first one if it is a duplicate
	into      model.Sent
	plain     bool   // needs no record of its state
	record    []byte // the message as it is stored
	size      int64  // bytes that AWS counts
	once      bool   // it is not sent if the queue has had its token
	token     model.Token
	duplicate bool // the queue has had its token
}

// newSending returns a checked message for a queue with settings.
func newSending(now instant.Instant, m *request.Message, q *request.Settings) *sending {
	s := &sending{message: message{
		id: newMessageID(), sent: now, digest: md5.Sum([]byte(m.MessageBody)), group: m.MessageGroupId, //nolint:gosec // as above
		attributes: request.Kept(m.MessageAttributes), body: m.MessageBody,
	}}
	if trace := m.MessageSystemAttributes[traceHeader].StringValue; trace != nil {
		s.trace = *trace
	}
	s.into, s.size = model.Sent{At: now, Group: m.MessageGroupId}, m.Size()
	if q.FIFO {
		s.deduplication = m.Deduplication()
		s.once, s.token = true, model.TokenOf(q.DeduplicationPerGroup, m.MessageGroupId, s.deduplication)
	} else {
		s.delay(m, q)
	}
	s.record = s.append(make([]byte, 0, messageHeader+len(s.body)+64))
	return s
}

// delay delays a message of a standard queue.
func (s *sending) delay(m *request.Message, q *request.Settings) {
	delay := q.Delay
	if seconds, own := m.Delay(q); own {
		delay = time.Duration(seconds) * time.Second
	}
	if delay > 0 {
		s.into.Due = s.into.At.Add(delay)
	}
	s.plain = s.group == "" && delay == 0
}

// traceHeader is the one system attribute that a sender may set.
const traceHeader = "AWSTraceHeader"

// told returns what the sender of m is told.
func (s *sending) told(m *request.Message) SentMessage {
	told := SentMessage{
		MD5OfMessageBody:             hex.EncodeToString(s.digest[:]),
		MD5OfMessageAttributes:       request.MD5OfAttributes(m.MessageAttributes),
		MD5OfMessageSystemAttributes: request.MD5OfAttributes(m.MessageSystemAttributes),
		MessageId:                    s.message.id.String(),
	}
	if s.deduplication != "" {
		told.SequenceNumber = sequenceNumber(s.id)
	}
	return told
}

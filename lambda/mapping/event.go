package mapping

import (
	"encoding/base64"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// A Record is a received message, as an event has it
// (docs/aws/mapping.md#events).
type Record struct {
	MessageID         string
	ReceiptHandle     string
	Body              string
	Attributes        map[string]string // SQS's own: ApproximateReceiveCount, ...
	MessageAttributes map[string]MessageAttribute
	MD5OfBody         string
	MD5OfAttributes   string // empty: there are no message attributes

	QueueARN, Region string
}

// A MessageAttribute is an attribute that the sender gave.
type MessageAttribute struct {
	DataType    string // String, Number or Binary, with a suffix
	StringValue string
	BinaryValue []byte // not nil: the value is binary
}

// attributes are the names of SQS's attributes in the order in which AWS writes
// them. Others follow in alphabetical order.
var attributes = []string{
	"ApproximateReceiveCount", "AWSTraceHeader", "SentTimestamp", "SequenceNumber", "MessageGroupId", "SenderId",
	"MessageDeduplicationId", "ApproximateFirstReceiveTimestamp",
}

// AppendRecord appends the record of an event to dst. With the comma behind it, it
// has the bytes that count against MaxPayload.
func AppendRecord(dst []byte, r *Record) []byte {
	w := writer{append(dst, '{'), false}
	w.text("messageId", r.MessageID)
	w.text("receiptHandle", r.ReceiptHandle)
	w.text("body", r.Body)
	w.open("attributes", '{')
	for _, name := range ordered(r.Attributes, attributes) {
		w.text(name, r.Attributes[name])
	}
	w.end('}')
	w.open("messageAttributes", '{')
	for _, name := range ordered(r.MessageAttributes, nil) {
		a := r.MessageAttributes[name]
		w.open(name, '{')
		if a.BinaryValue != nil {
			w.text("binaryValue", base64.StdEncoding.EncodeToString(a.BinaryValue))
		} else {
			w.text("stringValue", a.StringValue)
		}
		w.open("stringListValues", '[')
		w.end(']')
		w.open("binaryListValues", '[')
		w.end(']')
		w.text("dataType", a.DataType)
		w.end('}')
	}
	w.end('}')
	if r.MD5OfAttributes != "" {
		w.text("md5OfMessageAttributes", r.MD5OfAttributes)
	}
	w.text("md5OfBody", r.MD5OfBody)
	w.text("eventSource", "aws:sqs")
	w.text("eventSourceARN", r.QueueARN)
	w.text("awsRegion", r.Region)
	w.end('}')
	return w.dst
}

// ordered returns the names of a map: the first ones in their order, then the
// others.
func ordered[V any](of map[string]V, first []string) []string {
	names := make([]string, 0, len(of))
	for _, name := range first {
		if _, has := of[name]; has {
			names = append(names, name)
		}
	}
	known := len(names)
	for name := range of {
		if !slices.Contains(first, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names[known:])
	return names
}

// A writer writes JSON whose texts are valid UTF-8.
type writer struct {
	dst   []byte
	begun bool // the innermost object or array has an element
}

func (w *writer) name(name string) {
	if w.begun {
		w.dst = append(w.dst, ',')
	}
	w.begun = true
	w.dst = append(quoted(w.dst, name), ':')
}

func (w *writer) text(name, value string) {
	w.name(name)
	w.dst = quoted(w.dst, value)
}

func (w *writer) open(name string, bracket byte) {
	w.name(name)
	w.dst = append(w.dst, bracket)
	w.begun = false
}

func (w *writer) end(bracket byte) {
	w.dst = append(w.dst, bracket)
	w.begun = true
}

// quoted appends a JSON string. It replaces what is no UTF-8.
func quoted(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}

// The beginning and the end of an event.
const (
	eventHead     = `{"Records":[`
	eventTail     = `]}`
	envelopeBytes = int64(len(eventHead) + len(eventTail))
)

// Event returns the payload of an invocation with records that AppendRecord wrote.
func Event(records [][]byte) []byte {
	size := len(eventHead) + len(eventTail) + len(records)
	for _, r := range records {
		size += len(r)
	}
	payload := append(make([]byte, 0, size), eventHead...)
	for i, r := range records {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = append(payload, r...)
	}
	return append(payload, eventTail...)
}

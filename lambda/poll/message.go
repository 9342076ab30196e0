package poll

import (
	"lullaby/lambda"
	"lullaby/lambda/mapping"
	"lullaby/queue/request"
	"lullaby/queue/store"
)

// A message is what a driver keeps of a received message.
type message struct {
	id, handle string
	record     []byte // of the event

	to      *target // when it was received
	trace   string  // AWSTraceHeader; empty: none
	lineage lambda.Lineage
}

// traceHeader is the attribute of a message that has its sender's X-Amzn-Trace-Id.
const traceHeader = "AWSTraceHeader"

// read returns a received message with its record.
func (d *driver) read(m *store.Message, to *target) *message {
	r := &mapping.Record{
		MessageID: m.MessageId, ReceiptHandle: m.ReceiptHandle, Body: m.Body, Attributes: m.Attributes,
		MD5OfBody: m.MD5OfBody, MD5OfAttributes: m.MD5OfMessageAttributes,
		QueueARN: d.queue, Region: d.e.opts.Scope.Region,
	}
	if len(m.MessageAttributes) > 0 {
		r.MessageAttributes = make(map[string]mapping.MessageAttribute, len(m.MessageAttributes))
	}
	for name, v := range m.MessageAttributes {
		r.MessageAttributes[name] = attributeOf(v)
	}
	trace := m.Attributes[traceHeader]
	return &message{m.MessageId, m.ReceiptHandle, mapping.AppendRecord(nil, r), to, trace, lambda.LineageOf(trace)}
}

func attributeOf(v request.MessageAttributeValue) mapping.MessageAttribute {
	a := mapping.MessageAttribute{DataType: v.DataType, BinaryValue: v.BinaryValue}
	if v.StringValue != nil {
		a.StringValue = *v.StringValue
	}
	return a
}

// traceOf returns the X-Amzn-Trace-Id of an invocation with a batch: that of the
// message whose chain has come back most often. Empty: none has one.
func traceOf(batch []*message) (header string) {
	var most lambda.Lineage
	for _, m := range batch {
		if merged := most.Merge(m.lineage); header == "" || merged != most {
			most, header = merged, m.trace
		}
	}
	return header
}

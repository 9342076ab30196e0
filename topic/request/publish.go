package request

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"lullaby/topic/refusal"
)

// PublishInput is the request of Publish.
type PublishInput struct {
	TopicArn               string
	TargetArn              string
	PhoneNumber            string
	Message                string
	Subject                *string
	MessageStructure       string
	MessageAttributes      map[string]MessageAttributeValue `query:",Name,Value"`
	MessageDeduplicationId string
	MessageGroupId         string

	Trace string `query:"-"` // X-Amzn-Trace-Id of the request; set by whoever has taken it
}

// Bounds of a message (docs/aws/sns.md#messages).
const (
	MaxMessage = 262_144 // bytes, with attributes
	maxSubject = 100     // characters, fewer than these
)

// Topic returns the ARN of the topic, and the name of its parameter.
func (in *PublishInput) Topic() (parameter, topic string) {
	if in.TopicArn == "" && in.TargetArn != "" {
		return "TargetArn", in.TargetArn
	}
	return "TopicArn", in.TopicArn
}

// Check returns the first refusal that needs no topic.
func (in *PublishInput) Check() error {
	switch {
	case in.PhoneNumber != "":
		return refusal.Unbuilt("PhoneNumber", "Publish")
	case in.TopicArn == "" && in.TargetArn == "":
		return refusal.Missing("TopicArn or TargetArn")
	case in.TopicArn != "" && in.TargetArn != "":
		return refusal.Invalid("Both TopicArn and TargetArn specified, only one is allowed")
	case in.Message == "":
		return refusal.Invalid("Empty message")
	case in.Subject != nil && !isSubject(*in.Subject):
		return refusal.Invalid("Subject")
	case in.MessageDeduplicationId != "":
		return refusal.Invalid("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type")
	case in.MessageStructure != "" && in.MessageStructure != "json":
		return refusal.Invalid("MessageStructure")
	}
	if err := checkMessageAttributes(in.MessageAttributes); err != nil {
		return err
	}
	if in.Size() > MaxMessage {
		return refusal.Invalid("Message too long")
	}
	_, err := in.Texts()
	return err
}

// isSubject reports whether text may be a subject: it begins with a letter, a digit or a
// mark of ASCII, and has no line breaks.
func isSubject(text string) bool {
	return text != "" && text[0] > ' ' && utf8.RuneCountInString(text) < maxSubject &&
		!strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}

// Size returns the bytes that AWS counts.
func (in *PublishInput) Size() int {
	size := len(in.Message)
	for name, v := range in.MessageAttributes {
		size += len(name) + len(v.DataType) + len(v.StringValue) + len(v.BinaryValue)
	}
	return size
}

// Texts returns the text for each protocol, under "default" for those without their own.
// The error refuses a message of the structure json that is none.
func (in *PublishInput) Texts() (map[string]string, error) {
	if in.MessageStructure == "" {
		return map[string]string{defaultText: in.Message}, nil
	}
	var all map[string]any
	if json.Unmarshal([]byte(in.Message), &all) != nil {
		return nil, refusal.Invalid("Message Structure - JSON message body failed to parse")
	}
	texts := map[string]string{}
	for protocol, value := range all {
		if text, ok := value.(string); ok { // others are ignored (docs/aws/sns.md#messages)
			texts[protocol] = text
		}
	}
	if _, ok := texts[defaultText]; !ok {
		return nil, refusal.Invalid("Message Structure - No default entry in JSON message body")
	}
	return texts, nil
}

const defaultText = "default"

// TextFor returns the text of those of a message that a protocol gets.
func TextFor(texts map[string]string, p Protocol) string {
	if text, ok := texts[string(p)]; ok {
		return text
	}
	return texts[defaultText]
}

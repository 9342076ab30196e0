package topic

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"lullaby/instant"
	"lullaby/topic/request"
)

// A Kind is the member Type of what receivers get.
type Kind string

// The kinds.
const (
	Notification             Kind = "Notification"
	SubscriptionConfirmation Kind = "SubscriptionConfirmation"
	UnsubscribeConfirmation  Kind = "UnsubscribeConfirmation"
)

// A Message is what was published, or asks for a confirmation.
type Message struct {
	Kind       Kind
	ID         string
	At         instant.Instant
	Subject    string                                   `json:",omitempty"` // empty: none
	Texts      map[string]string                        // as request.TextFor reads them
	Attributes map[string]request.MessageAttributeValue `json:",omitempty"`
	Token      string                                   `json:",omitempty"` // of a confirmation
	Group      string                                   `json:",omitempty"` // for the messages of queues
	Trace      string                                   `json:",omitempty"` // X-Amzn-Trace-Id
}

// Confirmation returns the message that asks the receiver of a subscription, which waits
// for a confirmation, for it (docs/aws/sns.md#confirmations).
func (ts *Topics) Confirmation(now instant.Instant, s *Subscription) *Message {
	m := &Message{Kind: SubscriptionConfirmation, ID: ts.NewID(), At: now, Token: s.Token}
	text := "You have chosen to subscribe to the topic " + ts.ARN(s.Topic) + ".\nTo confirm the subscription, visit the SubscribeURL included in this message."
	if s.State == Left {
		m.Kind = UnsubscribeConfirmation
		text = "You have chosen to deactivate subscription " + ts.SubscriptionARN(s) +
			".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
	}
	m.Texts = map[string]string{"default": text}
	return m
}

// A Letter is a message as one receiver gets it.
type Letter struct {
	Kind                       Kind
	ID, Time                   string
	Topic, Subscription        string // ARNs
	Subject, Text              string
	Attributes                 map[string]request.MessageAttributeValue
	Token                      string
	SubscribeURL, Unsubscribe  string // URLs; empty: none
	Version, Signature, Signer string // of the signature; Signer is the URL of the certificate
}

// Letter returns a message for a subscription of t, without a signature. base is the URL
// of the endpoint.
func (ts *Topics) Letter(t *Topic, s *Subscription, m *Message, base string) *Letter {
	l := &Letter{
		Kind: m.Kind, ID: m.ID, Time: stamp(m.At), Topic: ts.ARN(s.Topic), Subscription: ts.SubscriptionARN(s), Subject: m.Subject,
		Text: request.TextFor(m.Texts, s.Protocol), Attributes: m.Attributes, Token: m.Token, Version: "1",
	}
	if t.Attributes["SignatureVersion"] == "2" {
		l.Version = "2"
	}
	if m.Kind == Notification {
		l.Unsubscribe = base + "/?Action=Unsubscribe&SubscriptionArn=" + l.Subscription
	} else {
		l.SubscribeURL = base + "/?Action=ConfirmSubscription&TopicArn=" + l.Topic + "&Token=" + m.Token
	}
	return l
}

// stamp writes an instant as SNS does.
func stamp(at instant.Instant) string { return at.Time().UTC().Format("2006-01-02T15:04:05.000Z") }

// Signed returns the text that a signature covers (docs/aws/sns.md#signatures).
func (l *Letter) Signed() string {
	var b strings.Builder
	for _, m := range [][2]string{
		{"Message", l.Text},
		{"MessageId", l.ID},
		{"Subject", l.Subject},
		{"SubscribeURL", l.SubscribeURL},
		{"Timestamp", l.Time},
		{"Token", l.Token},
		{"TopicArn", l.Topic},
		{"Type", string(l.Kind)},
	} {
		if m[1] != "" || m[0] == "Message" {
			b.WriteString(m[0] + "\n" + m[1] + "\n")
		}
	}
	return b.String()
}

// JSON returns the letter as HTTP, HTTPS and SQS have it: with AWS's blanks and lines.
func (l *Letter) JSON() []byte {
	text := []byte("{\n")
	for _, m := range [][2]string{
		{"Type", string(l.Kind)},
		{"MessageId", l.ID},
		{"Token", l.Token},
		{"TopicArn", l.Topic},
		{"Subject", l.Subject},
		{"Message", l.Text},
		{"SubscribeURL", l.SubscribeURL},
		{"Timestamp", l.Time},
		{"SignatureVersion", l.Version},
		{"Signature", l.Signature},
		{"SigningCertURL", l.Signer},
		{"UnsubscribeURL", l.Unsubscribe},
	} {
		if m[1] != "" || m[0] == "Message" {
			text = append(text, `  "`+m[0]+`" : `...)
			text = append(appendJSON(text, m[1]), ",\n"...)
		}
	}
	if len(l.Attributes) == 0 {
		return append(text[:len(text)-2], "\n}"...)
	}
	text = append(text, "  \"MessageAttributes\" : {\n"...)
	for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
		text = append(appendJSON(append(text, "    "...), name), " : "...)
		text = append(appendAttribute(text, l.Attributes[name], false), ",\n"...)
	}
	return append(text[:len(text)-2], "\n  }\n}"...)
}

// Event returns the letter as a function gets it (docs/aws/sns.md#functions).
func (l *Letter) Event() []byte {
	text := []byte(`{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":`)
	text = append(appendJSON(text, l.Subscription), `,"Sns":{`...)
	for _, m := range [][2]string{
		{"Type", string(l.Kind)},
		{"MessageId", l.ID},
		{"TopicArn", l.Topic},
		{"Subject", l.Subject},
		{"Message", l.Text},
		{"Timestamp", l.Time},
		{"SignatureVersion", l.Version},
		{"Signature", l.Signature},
		{"SigningCertUrl", l.Signer},
		{"UnsubscribeUrl", l.Unsubscribe},
	} {
		text = append(text, `"`+m[0]+`":`...)
		if m[0] == "Subject" && m[1] == "" {
			text = append(text, "null,"...)
			continue
		}
		text = append(appendJSON(text, m[1]), ',')
	}
	text = append(text, `"MessageAttributes":{`...)
	for i, name := range slices.Sorted(maps.Keys(l.Attributes)) {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(appendJSON(text, name), ':')
		text = appendAttribute(text, l.Attributes[name], true)
	}
	return append(text, "}}}]}"...)
}

// appendAttribute writes an attribute. To functions numbers are strings
// (docs/aws/sns.md#functions).
func appendAttribute(dst []byte, v request.MessageAttributeValue, toFunction bool) []byte {
	kind, value := v.DataType, v.StringValue
	if len(v.BinaryValue) > 0 {
		value = base64.StdEncoding.EncodeToString(v.BinaryValue)
	}
	if toFunction && strings.HasPrefix(kind, request.TypeNumber) {
		kind = request.TypeString
	}
	dst = append(appendJSON(append(dst, `{"Type":`...), kind), `,"Value":`...)
	return append(appendJSON(dst, value), '}')
}

// appendJSON writes a string of JSON, as AWS does: without escapes for HTML.
func appendJSON(dst []byte, text string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', byte(c))
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c == utf8.RuneError:
			dst = append(dst, "\uFFFD"...)
		default:
			dst = append(dst, text[i:i+utf8.RuneLen(c)]...)
		}
	}
	return append(dst, '"')
}

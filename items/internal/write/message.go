package write

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
	"lullaby/items/internal/document"
)

// maxMessage is the longest body of a message in bytes (Amazon SQS Developer
// Guide, "Amazon SQS message quotas").
const maxMessage = 1 << 20

// MaxText is the longest text of a document in bytes that fits a message beside
// its stamp. A document that DynamoDB takes may be longer: as text, a control
// character takes six bytes.
const MaxText = maxMessage - len(`{"request_id":"","at":"2006-01-02T15:04:05.999999999Z","document":}`) - idLength

// A message is the JSON form of a write.
type message struct {
	RequestID string          `json:"request_id"`
	At        instant.Instant `json:"at"` // RFC 3339
	Document  json.RawMessage `json:"document"`
}

// allowed replaces the two characters of JSON texts that SQS does not take; the
// encoder of documents escapes the control characters (Amazon SQS API Reference,
// "SendMessage", InvalidMessageContents). They stand in strings only, where the
// escape means the same.
var allowed = strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`)

// Text returns an item as the text of its document, always the same for the same
// item, of characters that SQS takes.
func Text(item map[string]types.AttributeValue) (string, error) {
	text, err := document.Encode(item)
	return allowed.Replace(text), err
}

// Encode returns the body of the message of a write, whose document has the text
// that Text made.
func Encode(s Stamp, text string) string {
	at, _ := s.At.MarshalText() // an instant has years of four digits
	return `{"request_id":"` + s.RequestID + `","at":"` + string(at) + `","document":` + text + `}`
}

// Decode reads the body of a message. It refuses a body that Encode did not make.
func Decode(body string) (Stamp, map[string]types.AttributeValue, error) {
	s, text, err := open(body)
	if err != nil {
		return Stamp{}, nil, err
	}
	item, err := document.Decode(text)
	if err != nil {
		return Stamp{}, nil, fmt.Errorf("document of the message: %w", err)
	}
	return s, item, nil
}

// DecodeStamp reads the stamp alone.
func DecodeStamp(body string) (Stamp, error) {
	s, _, err := open(body)
	return s, err
}

func open(body string) (Stamp, []byte, error) {
	var m message
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return Stamp{}, nil, fmt.Errorf("message: %w", err)
	}
	s := Stamp{m.At, m.RequestID}
	if !s.valid() {
		return Stamp{}, nil, errors.New("message: no request_id and at of a write")
	}
	return s, m.Document, nil
}

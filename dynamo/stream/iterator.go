package stream

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// iteratorLife is how long an iterator is valid (docs/aws/streams.md#iterators).
const iteratorLife = 15 * time.Minute

// An Iterator is the position of the next GetRecords. Clients hold its text.
type Iterator struct {
	Stream string   // ARN
	Next   Sequence // first to return; 0: the oldest
	Made   instant.Instant
}

// String returns the iterator in the format of the wire, which is opaque to
// clients.
func (it Iterator) String() string {
	text, err := json.Marshal(it)
	if err != nil {
		return "" // no value of the type fails
	}
	return it.Stream + "|1|" + base64.StdEncoding.EncodeToString(text)
}

// ParseIterator parses the result of String. The error is refusal.ExpiredIterator
// after 15 minutes, or a refusal.Validation.
func ParseIterator(s string, now instant.Instant) (Iterator, error) {
	var it Iterator
	text, err := base64.StdEncoding.DecodeString(s[strings.LastIndexByte(s, '|')+1:])
	if err != nil || json.Unmarshal(text, &it) != nil {
		return Iterator{}, refusal.Invalid("Invalid ShardIterator")
	}
	if now.Sub(it.Made) > iteratorLife {
		return Iterator{}, refusal.ExpiredIterator
	}
	return it, nil
}

package stream

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// iteratorLife is how long an iterator can be used
// (docs/aws/streams.md#iterators).
const iteratorLife = 15 * time.Minute

// An Iterator is where GetRecords reads on. Clients hold its text.
type Iterator struct {
	Stream string   // ARN
	Next   Sequence // the first that may be returned; 0: the oldest
	Made   instant.Instant
}

// String returns the iterator as the wire has it, which hides what it is.
func (it Iterator) String() string {
	text, err := json.Marshal(it)
	if err != nil {
		return "" // no value of the type fails
	}
	return it.Stream + "|1|" + base64.StdEncoding.EncodeToString(text)
}

// ParseIterator reads what String wrote, at most 15 minutes ago. The error is
// refusal.ExpiredIterator or of refusal.Validation.
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

package attribute

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/internal/awsjson"
)

// AppendJSON implements awsjson.Appender: it writes the item in DynamoDB's JSON, and
// the nil Encoded as an empty one. The error matches ErrCorrupt.
func (e Encoded) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	if e == nil {
		return append(dst, "{}"...), nil
	}
	c := cursor{rest: e}
	dst = c.appendMap(dst, drain)
	switch {
	case c.failed:
		return dst, fmt.Errorf("%w: cut off", ErrCorrupt)
	case len(c.rest) > 0:
		return dst, fmt.Errorf("%w: %d bytes too many", ErrCorrupt, len(c.rest))
	}
	return dst, nil
}

// heads are the JSON in front of the values of each kind.
var heads = [...]string{S: `{"S":`, N: `{"N":"`, B: `{"B":"`, BOOL: `{"BOOL":`, NULL: `{"NULL":true}`, L: `{"L":[`, M: `{"M":`, SS: `{"SS":[`, NS: `{"NS":[`, BS: `{"BS":[`}

// appendMap reads the count and the attributes of an item or map, and appends them.
func (c *cursor) appendMap(dst []byte, drain awsjson.Drain) []byte {
	n := c.count()
	dst = append(dst, '{')
	for i := 0; i < n && !c.failed; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendQuoted(drain.Pass(dst), c.take(c.uvarint())), ':')
		dst = c.appendValue(dst, drain)
	}
	return append(dst, '}')
}

// appendValue reads a value and appends it.
func (c *cursor) appendValue(dst []byte, drain awsjson.Drain) []byte {
	if len(c.rest) == 0 || c.rest[0] == byte(Invalid) || int(c.rest[0]) >= len(heads) {
		c.fail()
		return dst
	}
	kind := Kind(c.rest[0])
	c.rest = c.rest[1:]
	dst = append(dst, heads[kind]...)
	switch kind {
	case NULL:
		return dst
	case S:
		return append(appendQuoted(dst, c.take(c.uvarint())), '}')
	case N:
		return append(c.appendNumber(dst), `"}`...)
	case B:
		return append(base64.StdEncoding.AppendEncode(dst, c.take(c.uvarint())), `"}`...)
	case BOOL:
		if b := c.take(1); !c.failed && b[0] == 1 {
			return append(dst, `true}`...)
		}
		return append(dst, `false}`...)
	default:
		return c.appendMembers(dst, kind, drain)
	}
}

// appendMembers reads the length and the members of a list, map or set, and appends
// them and the end of the value.
func (c *cursor) appendMembers(dst []byte, kind Kind, drain awsjson.Drain) []byte {
	inner := cursor{rest: c.take(c.uvarint())}
	switch kind {
	case M:
		dst = append(inner.appendMap(dst, drain), '}')
	case L:
		dst = append(inner.appendList(dst, drain), `]}`...)
	default:
		dst = append(inner.appendSet(dst, drain), `]}`...)
	}
	if inner.failed {
		c.fail()
	}
	return dst
}

// appendList reads the count and the members of a list, and appends them.
func (c *cursor) appendList(dst []byte, drain awsjson.Drain) []byte {
	n := c.count()
	for i := 0; i < n && !c.failed; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = c.appendValue(drain.Pass(dst), drain)
	}
	return dst
}

// appendSet reads the count and the members of a set, and appends them.
func (c *cursor) appendSet(dst []byte, drain awsjson.Drain) []byte {
	n := c.count()
	for i := 0; i < n && !c.failed; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = c.appendScalar(drain.Pass(dst))
	}
	return dst
}

// appendScalar reads a member of a set and appends its text.
func (c *cursor) appendScalar(dst []byte) []byte {
	kind := c.take(1)
	if c.failed {
		return dst
	}
	switch Kind(kind[0]) {
	case S:
		return appendQuoted(dst, c.take(c.uvarint()))
	case N:
		return append(c.appendNumber(append(dst, '"')), '"')
	case B:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), c.take(c.uvarint())), '"')
	default:
		c.fail()
		return dst
	}
}

// appendNumber reads the bytes of a Number and appends its digits.
func (c *cursor) appendNumber(dst []byte) []byte {
	enc := c.take(c.uvarint())
	if len(enc) == 0 || len(enc) > maxNumberBytes {
		c.fail()
		return dst
	}
	return appendNumber(dst, enc)
}

// appendQuoted appends a JSON string; s is UTF-8.
func appendQuoted(dst, s []byte) []byte {
	if !isPlain(s) {
		quoted, _ := jsontext.AppendQuote(dst, s) // an error tells of bad UTF-8, which is replaced
		return quoted
	}
	return append(append(append(dst, '"'), s...), '"')
}

// isPlain reports whether s needs no escapes in JSON. It looks at eight bytes at a
// time: a byte less than n borrows from its high bit when n is subtracted.
func isPlain(s []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		x := binary.LittleEndian.Uint64(s)
		quote, slash := x^ones*'"', x^ones*'\\'
		if ((x-ones*' ')&^x|(quote-ones)&^quote|(slash-ones)&^slash)&high != 0 {
			return false
		}
	}
	for _, c := range s {
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

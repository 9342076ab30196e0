package store

import (
	"crypto/md5" //nolint:gosec // AWS's digest of bodies
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
)

// A message is what is stored of a message: what its sender gave, and what does not
// change when it is received. What changes is its state.
type message struct {
	id            messageID
	sent          instant.Instant // by its first sender, when a dead-letter queue of a standard queue has it
	digest        [md5.Size]byte  // of the body
	group         string          // MessageGroupId; empty: none
	deduplication string          // MessageDeduplicationId, or the digest of the body that stands for it; empty: none
	trace         string          // AWSTraceHeader; empty: none
	source        string          // ARN of the queue from which it came to a dead-letter queue; empty: none
	receives      uint64          // in the queues where it was before
	received      instant.Instant // when it was received first in those; zero: never
	attributes    map[string]request.MessageAttributeValue
	body          string
}

// A messageID is a random UUID.
type messageID [16]byte

func newMessageID() (id messageID) {
	_, _ = rand.Read(id[:]) // never fails
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// String returns the UUID in its usual form.
func (id messageID) String() string {
	var text [36]byte
	at := 0
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			text[at] = '-'
			at++
		}
		at += hex.Encode(text[at:], part)
	}
	return string(text[:])
}

// sequenceNumber returns the SequenceNumber of a message in a FIFO queue: 20 digits
// that rise with the ID.
func sequenceNumber(id model.ID) string { return fmt.Sprintf("1885%016d", id) }

// The form of a stored message: its version, messageID, instant and digest, then
// texts with their lengths, the receives, the number of attributes, the attributes,
// and the body as the rest.
const (
	messageForm   = 1
	messageHeader = 1 + 16 + 8 + md5.Size
)

// append appends the stored form of m to dst.
func (m *message) append(dst []byte) []byte {
	dst = append(dst, messageForm)
	dst = append(dst, m.id[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(m.sent))
	dst = append(dst, m.digest[:]...)
	for _, text := range [...]string{m.group, m.deduplication, m.trace, m.source} {
		dst = appendText(dst, text)
	}
	dst = binary.AppendUvarint(dst, m.receives)
	if m.receives > 0 {
		dst = binary.AppendUvarint(dst, uint64(m.received))
	}
	dst = binary.AppendUvarint(dst, uint64(len(m.attributes)))
	if len(m.attributes) > 0 {
		for _, name := range slices.Sorted(maps.Keys(m.attributes)) {
			dst = appendAttribute(appendText(dst, name), m.attributes[name])
		}
	}
	return append(dst, m.body...)
}

// appendAttribute appends the type of an attribute, whether it is text, and its
// value.
func appendAttribute(dst []byte, v request.MessageAttributeValue) []byte {
	dst = appendText(dst, v.DataType)
	if v.StringValue != nil {
		return appendText(append(dst, 1), *v.StringValue)
	}
	return appendText(append(dst, 0), string(v.BinaryValue))
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// errDamaged is the error of what append did not write.
var errDamaged = errors.New("a stored message is damaged")

// parseMessage reads what append wrote. The texts of m are parts of the record.
func parseMessage(m *message, record string) error {
	if len(record) < messageHeader || record[0] != messageForm {
		return errDamaged
	}
	copy(m.id[:], record[1:])
	m.sent = instant.Instant(binary.BigEndian.Uint64([]byte(record[17:25])))
	copy(m.digest[:], record[25:])
	r := fields{rest: record[messageHeader:]}
	m.group, m.deduplication, m.trace, m.source = r.text(), r.text(), r.text(), r.text()
	m.receives, m.received, m.attributes = r.number(), 0, nil
	if m.receives > 0 {
		m.received = instant.Instant(r.number())
	}
	if n := r.number(); n > 0 && n <= uint64(len(r.rest)) {
		m.attributes = make(map[string]request.MessageAttributeValue, n)
		for range n {
			name := r.text()
			m.attributes[name] = r.attribute()
		}
	}
	m.body = r.rest
	if r.damaged {
		return errDamaged
	}
	return nil
}

// fields reads the fields of a record.
type fields struct {
	rest    string
	damaged bool // and rest is empty
}

// number reads a number. It is zero if the record is damaged.
func (r *fields) number() (n uint64) {
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		c := r.rest[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.rest, r.damaged = "", true
	return 0
}

// text reads a text with its length.
func (r *fields) text() (text string) {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.rest, r.damaged = "", true
		return ""
	}
	text, r.rest = r.rest[:n], r.rest[n:]
	return text
}

func (r *fields) attribute() (v request.MessageAttributeValue) {
	v.DataType = r.text()
	isText := r.number() == 1
	value := r.text()
	if isText {
		v.StringValue = &value
	} else {
		v.BinaryValue = []byte(value)
	}
	return v
}

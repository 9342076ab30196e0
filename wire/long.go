package wire

import (
	"hash/crc32"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/internal/awsjson"
)

// What DynamoDB answers in JSON can be forty times as long as what is stored of it: a
// NULL of a list takes a byte and is written in thirteen. So an answer that becomes
// longer than wholeAnswer is not kept: it is written once for its length and its
// checksum, and once more for the client, in pieces.
const (
	wholeAnswer = 2 << 20 // bytes; a page of ordinary items is shorter
	piece       = 64 << 10
	firstRoom   = 1 << 10 // of a short one
)

// A longBody is a body that is written when it is sent. Its values are not changed
// meanwhile.
type longBody struct {
	values awsjson.Appender
	size   int
	sum    uint32 // CRC-32, IEEE
}

// appended returns the response with v as its body; if that fails, without a body.
func appended(status int, contentType string, v awsjson.Appender) (response, error) {
	text, l, err := textOf(v)
	resp := typed(status, contentType, text)
	resp.long = l
	return resp, err
}

// textOf returns the JSON of v, or else how it is written piece by piece.
func textOf(v awsjson.Appender) (whole []byte, l *longBody, err error) {
	l = &longBody{values: v}
	rest, err := v.AppendJSON(nil, func(text []byte) []byte {
		if left := wholeAnswer - len(text); l.size == 0 && left > firstRoom {
			return slices.Grow(text, min(max(len(text), firstRoom), left))
		}
		l.add(text)
		return text[:0]
	})
	if err != nil {
		return nil, nil, err
	}
	if l.size == 0 {
		return rest, nil, nil
	}
	l.add(rest)
	return nil, l, nil
}

// add adds a piece to the length and the checksum.
func (l *longBody) add(text []byte) {
	l.size += len(text)
	l.sum = crc32.Update(l.sum, crc32.IEEETable, text)
}

// send has c answered with l.
func (l *longBody) send(c *fasthttp.RequestCtx, held func(change int)) {
	held(l.kept())
	c.Response.SetBodyStream(&sending{Reader: strings.NewReader(""), longBody: l, conn: c.Conn(), held: held}, l.size)
}

// kept returns how many bytes the values take in memory, at most.
func (l *longBody) kept() int { return min(l.size, mostStored) }

// mostStored is the most that is stored of what one answer has, in bytes: 16 MB of
// billed bytes, of which a member of a list has one at least, and two in the binary
// form.
const mostStored = 32 << 20

// A sending is a long body on its way to a client. fasthttp calls WriteTo, and Close
// in any case. Nothing can be read from it.
type sending struct {
	io.Reader
	*longBody

	conn net.Conn
	held func(change int) // see Options.Held
}

// WriteTo writes the body to w. A client has sendTime for it, and more for a long
// one.
func (s *sending) WriteTo(w io.Writer) (n int64, err error) {
	if err := s.conn.SetWriteDeadline(time.Now().Add(sendTime + time.Duration(s.size/sendRate)*time.Second)); err != nil {
		return 0, err
	}
	write := func(text []byte) {
		if err == nil {
			var written int
			written, err = w.Write(text)
			n += int64(written)
		}
	}
	rest, failed := s.values.AppendJSON(make([]byte, 0, piece), func(text []byte) []byte {
		write(text)
		return text[:0]
	})
	write(rest)
	if err == nil {
		err = failed
	}
	return n, err
}

// Close says that the values are no longer held.
func (s *sending) Close() error {
	s.held(-s.kept())
	return nil
}

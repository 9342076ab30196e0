package attribute

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The binary form of an item is the number of its attributes, and then for each
// attribute the length of its name, the name and the value. A value is one byte
// of kind, and then
//
//	S, N, B      the length and the bytes
//	BOOL         one byte, 0 or 1
//	NULL         nothing
//	L, SS...     the length in bytes of what follows, the count, the members
//	M            the length in bytes of what follows, the item
//
// Lengths and counts are unsigned varints. A reader can skip a container by its
// length.

// ErrCorrupt is matched by errors for bytes that are no binary form of an item.
var ErrCorrupt = errors.New("corrupt item")

// AppendBinary appends the binary form of the item. Two items have the same form
// if they are Equal.
func (it Item) AppendBinary(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(it)))
	for _, a := range it {
		dst = appendText(dst, a.Name)
		dst = a.Value.appendBinary(dst)
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func (v Value) appendBinary(dst []byte) []byte {
	dst = append(dst, byte(v.kind))
	switch v.kind {
	case S, N, B:
		return appendText(dst, v.text)
	case BOOL:
		if v.truth {
			return append(dst, 1)
		}
		return append(dst, 0)
	case L, M, SS, NS, BS:
		if v.text != "" {
			return appendText(dst, v.text)
		}
		return appendSized(dst, v.appendMembers)
	case NULL, Invalid:
	}
	return dst
}

// appendMembers appends the number of members and the members.
func (v Value) appendMembers(dst []byte) []byte {
	if v.kind == M {
		return v.attrs.AppendBinary(dst)
	}
	dst = binary.AppendUvarint(dst, uint64(len(v.elems)))
	for _, e := range v.elems {
		dst = e.appendBinary(dst)
	}
	return dst
}

// appendSized appends the length of what write appends, and then that.
func appendSized(dst []byte, write func([]byte) []byte) []byte {
	start := len(dst)
	dst = write(dst)
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(len(dst)-start))
	dst = append(dst, head[:n]...)
	copy(dst[start+n:], dst[start:len(dst)-n])
	copy(dst[start:], head[:n])
	return dst
}

// DecodeItem returns the item whose binary form is all of b. The item shares no
// memory with b. The error matches ErrCorrupt.
func DecodeItem(b []byte) (Item, error) {
	r := reader{rest: string(b)} // one copy: names and texts are parts of it
	it := r.item(0)
	if r.failed || r.rest != "" {
		return nil, fmt.Errorf("%w: byte %d of %d", ErrCorrupt, len(b)-len(r.rest), len(b))
	}
	return it, nil
}

// A reader decodes an item. After a failure each read returns a zero value.
type reader struct {
	rest   string
	failed bool
}

func (r *reader) fail() { r.failed, r.rest = true, "" }

func (r *reader) uvarint() uint64 {
	var n uint64
	for i := range min(len(r.rest), binary.MaxVarintLen64) {
		c := r.rest[i]
		if i == binary.MaxVarintLen64-1 && c > 1 {
			break
		}
		n |= uint64(c&0x7F) << (7 * i)
		if c < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.fail()
	return 0
}

func (r *reader) byte() byte {
	if r.rest == "" {
		r.fail()
		return 0
	}
	c := r.rest[0]
	r.rest = r.rest[1:]
	return c
}

func (r *reader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// count reads the number of things that follow, of at least least bytes each. It
// fails if the rest is too short for them, so that corrupt bytes cannot make a
// reader allocate more than their own length.
func (r *reader) count(least int) int {
	n := r.uvarint()
	if n > uint64(len(r.rest)/least) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) item(depth int) Item {
	n := r.count(2)
	if n == 0 {
		return nil
	}
	it := make(Item, n)
	for i := range it {
		it[i].Name = r.text()
		it[i].Value = r.value(depth + 1)
	}
	return it
}

func (r *reader) value(depth int) Value {
	if depth > MaxDepth {
		r.fail()
	}
	v := Value{kind: Kind(r.byte())}
	switch v.kind {
	case S, B, N:
		v.text = r.text()
		if v.kind == N && v.text == "" {
			r.fail()
		}
	case BOOL:
		v.truth = r.byte() == 1
	case NULL:
	case L, M, SS, NS, BS:
		v.text = r.text()
		members := reader{rest: v.text, failed: r.failed}
		if v.kind == M {
			v.attrs = members.item(depth)
		} else {
			v.elems = members.values(depth)
		}
		if members.failed || members.rest != "" {
			r.fail()
		}
	case Invalid:
		fallthrough
	default:
		r.fail()
	}
	return v
}

func (r *reader) values(depth int) []Value {
	n := r.count(1)
	if n == 0 {
		return nil
	}
	vs := make([]Value, n)
	for i := range vs {
		vs[i] = r.value(depth + 1)
	}
	return vs
}

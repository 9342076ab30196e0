package attribute

import (
	"encoding/binary"
	"fmt"
)

// Encoded is the binary form of an item. An answer can be written from it without
// decoding the item. A nil Encoded is no item.
type Encoded []byte

// Encode returns the binary form of the item.
func (it Item) Encode() Encoded { return it.AppendBinary(make(Encoded, 0, it.Size()+64)) }

// Item decodes the item. The error matches ErrCorrupt.
func (e Encoded) Item() (Item, error) { return DecodeItem(e) }

// Empty reports whether there is no item, or one without attributes.
func (e Encoded) Empty() bool { return len(e) == 0 || e[0] == 0 }

// An EncodedValue is a value in the binary form. It shares the memory that it was
// read from.
type EncodedValue struct {
	kind Kind
	body []byte // a scalar's bytes; a container's members behind their count
	n    int    // of members
}

// Kind returns the type of v.
func (v EncodedValue) Kind() Kind { return v.kind }

// Len returns the number of bytes of a scalar, or of members of a container.
func (v EncodedValue) Len() int {
	if v.n > 0 {
		return v.n
	}
	return len(v.body)
}

// Attributes calls f with each attribute, in order, until f returns an error,
// which it returns. Its own error matches ErrCorrupt.
func (e Encoded) Attributes(f func(name []byte, v EncodedValue) error) error {
	i := e.Iterate()
	if err := i.each(f); err != nil {
		return err
	}
	if len(i.c.rest) > 0 {
		return fmt.Errorf("%w: %d bytes too many", ErrCorrupt, len(i.c.rest))
	}
	return nil
}

// Members calls f with each member of a list, set or map; only those of a map
// have names.
func (v EncodedValue) Members(f func(name []byte, m EncodedValue) error) error {
	i := v.Iterate()
	return i.each(f)
}

// An Iterator reads the members of an item, a list, a map or a set, one after the
// other. It reads no more of the binary form than it is asked for.
type Iterator struct {
	c     cursor
	left  int
	named bool
}

// Iterate begins with the first attribute. The nil Encoded has none.
func (e Encoded) Iterate() Iterator {
	if e == nil {
		return Iterator{}
	}
	c := cursor{rest: e}
	n := c.count()
	return Iterator{c, n, true}
}

// Iterate begins with the first member of a list, set or map.
func (v EncodedValue) Iterate() Iterator {
	return Iterator{cursor{rest: v.body}, v.n, v.kind == M}
}

// Next returns the next member, and its name if it is one of a map or item. more is
// false behind the last, and where the form is corrupt, which Err tells.
func (i *Iterator) Next() (name []byte, v EncodedValue, more bool) {
	if i.left == 0 {
		return nil, EncodedValue{}, false
	}
	i.left--
	if i.named {
		name = i.c.take(i.c.uvarint())
	}
	v = i.c.value()
	return name, v, !i.c.failed
}

// Skip passes n members over, or all that are left.
func (i *Iterator) Skip(n int) {
	for ; n > 0 && i.left > 0 && !i.c.failed; n-- {
		i.left--
		if i.named {
			i.c.take(i.c.uvarint())
		}
		i.c.skip()
	}
}

// Err returns what was wrong with the form that was read. It matches ErrCorrupt.
func (i *Iterator) Err() error {
	if i.c.failed {
		return fmt.Errorf("%w: cut off", ErrCorrupt)
	}
	return nil
}

// each calls f with the members that are left. It is Next in a loop, without copies.
func (i *Iterator) each(f func(name []byte, v EncodedValue) error) error {
	for ; i.left > 0; i.left-- {
		var name []byte
		if i.named {
			name = i.c.take(i.c.uvarint())
		}
		v := i.c.value()
		if i.c.failed {
			break
		}
		if err := f(name, v); err != nil {
			return err
		}
	}
	return i.Err()
}

// A cursor reads the binary form without copying. After a failure each read
// returns a zero value.
type cursor struct {
	rest   []byte
	failed bool
}

func (c *cursor) fail() { c.failed, c.rest = true, nil }

func (c *cursor) uvarint() int {
	n, used := binary.Uvarint(c.rest)
	if used <= 0 || n > uint64(len(c.rest)) {
		c.fail() // no length or count exceeds the bytes that follow
		return 0
	}
	c.rest = c.rest[used:]
	return int(n)
}

func (c *cursor) count() int { return c.uvarint() }

func (c *cursor) take(n int) []byte {
	if n > len(c.rest) {
		c.fail()
		return nil
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken
}

// skip passes a value over.
func (c *cursor) skip() {
	if len(c.rest) == 0 {
		c.fail()
		return
	}
	kind := Kind(c.rest[0])
	c.rest = c.rest[1:]
	switch kind {
	case NULL:
	case BOOL:
		c.take(1)
	case S, N, B, L, M, SS, NS, BS:
		c.take(c.uvarint())
	default:
		c.fail()
	}
}

func (c *cursor) value() EncodedValue {
	kind := c.take(1)
	if kind == nil {
		return EncodedValue{}
	}
	v := EncodedValue{kind: Kind(kind[0])}
	switch v.kind {
	case S, N, B:
		v.body = c.take(c.uvarint())
		if v.kind == N && len(v.body) == 0 {
			c.fail()
		}
	case BOOL:
		v.body = c.take(1)
	case NULL:
	case L, M, SS, NS, BS:
		inner := cursor{rest: c.take(c.uvarint())}
		v.n = inner.count()
		v.body = inner.rest
		c.failed = c.failed || inner.failed
	default:
		c.fail()
	}
	return v
}

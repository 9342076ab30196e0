package attribute

import (
	"bytes"
	"encoding/binary"
)

// Encode returns v in the binary form.
func (v Value) Encode() EncodedValue {
	c := cursor{rest: v.appendBinary(nil)}
	return c.value()
}

// Text returns the text of an S, the bytes of a B, or those of the Number of an N,
// which have the order of the numbers. The caller must not change it.
func (v EncodedValue) Text() []byte { return v.body }

// Equal reports whether v and w have the same kind and the same value. An Invalid
// value equals nothing.
func (v EncodedValue) Equal(w EncodedValue) bool {
	return v.kind == w.kind && v.kind != Invalid && v.n == w.n && bytes.Equal(v.body, w.body)
}

// Has reports whether the list or set v has a member that is Equal to part.
func (v EncodedValue) Has(part EncodedValue) bool {
	if len(part.body) > len(v.body) || v.kind != L && memberKinds[v.kind] != part.kind {
		return false
	}
	var room [64]byte
	form := part.AppendBinary(room[:0])
	if !bytes.Contains(v.body, form) {
		return false
	}
	c := cursor{rest: v.body}
	for range v.n {
		if bytes.HasPrefix(c.rest, form) { // no form is the beginning of another
			return true
		}
		c.skip()
	}
	return false
}

// Members are those of a list or set, prepared for many look-ups, each of which takes
// the time of a look-up in a map.
type Members map[string]struct{}

// Index returns the members of a list or set.
func (v EncodedValue) Index() Members {
	found := make(Members)
	c := cursor{rest: v.body}
	var last []byte
	for range v.n {
		rest := c.rest
		c.skip()
		form := rest[:len(rest)-len(c.rest)]
		if bytes.Equal(form, last) {
			continue
		}
		last = form
		if _, known := found[string(form)]; !known {
			found[string(form)] = struct{}{}
		}
	}
	return found
}

// Has reports whether a member is Equal to part.
func (m Members) Has(part EncodedValue) bool {
	var room [64]byte
	_, found := m[string(part.AppendBinary(room[:0]))]
	return found
}

// AppendBinary appends the binary form.
func (v EncodedValue) AppendBinary(dst []byte) []byte {
	dst = append(dst, byte(v.kind))
	switch v.kind {
	case S, N, B:
		dst = binary.AppendUvarint(dst, uint64(len(v.body)))
	case L, M, SS, NS, BS:
		return AppendMembers(dst, v.n, v.body)
	case BOOL, NULL, Invalid:
	}
	return append(dst, v.body...)
}

// AppendMembers appends the part of the binary form of a list, map or set that
// follows its kind. members is the form of its n members.
func AppendMembers(dst []byte, n int, members []byte) []byte {
	var count [binary.MaxVarintLen64]byte
	used := binary.PutUvarint(count[:], uint64(n))
	dst = binary.AppendUvarint(dst, uint64(used+len(members)))
	return append(append(dst, count[:used]...), members...)
}

// Size returns the bytes that AWS bills for the item, as Item.Size does. What is
// corrupt counts nothing.
func (e Encoded) Size() int64 {
	i := e.Iterate()
	return i.size()
}

// Size returns the bytes that AWS bills for the value, as Value.Size does. What is
// corrupt counts nothing.
func (v EncodedValue) Size() int64 {
	if v.kind == S || v.kind == B {
		return int64(len(v.body))
	}
	return v.otherSize()
}

// otherSize is Size of what is no text and no binary.
func (v EncodedValue) otherSize() int64 {
	switch v.kind {
	case N:
		return numberSize(v.body)
	case BOOL, NULL:
		return 1
	case L, M:
		i := v.Iterate()
		return 3 + int64(v.n) + i.size()
	case SS, NS, BS:
		i := v.Iterate()
		return i.size()
	default:
		return 0
	}
}

// size returns the bytes that AWS bills for the members that are left and for their
// names.
func (i *Iterator) size() (n int64) {
	for name, v, more := i.Next(); more; name, v, more = i.Next() {
		n += int64(len(name)) + v.Size()
	}
	return n
}

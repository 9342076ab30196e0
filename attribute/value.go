package attribute

import (
	"slices"
)

// A Kind is the type of a value, named as on the wire.
type Kind uint8

// The kinds. Their numbers are part of the binary form. Invalid is the kind of
// the zero Value, and of a value in a request that DynamoDB refuses.
const (
	Invalid Kind = iota
	S            // string
	N            // number
	B            // binary
	BOOL         // boolean
	NULL         // null
	L            // list
	M            // map
	SS           // string set
	NS           // number set
	BS           // binary set
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"}

// String returns the name of k on the wire, empty for Invalid.
func (k Kind) String() string { return kindNames[k] }

// ParseKind returns the kind of that name, or Invalid.
func ParseKind(name string) Kind {
	for k, n := range kindNames {
		if n == name {
			return Kind(k)
		}
	}
	return Invalid
}

// MaxDepth is how many levels of values may nest. A scalar is one level, a list
// or map one more than its deepest member (Developer Guide, "Constraints",
// "Nested attribute depth"; that the scalar counts was captured in
// nubo-db/dynoxide#110).
const MaxDepth = 32

// Bounds of levels in requests. A value of a transaction's expressions may have
// one level more than an item; a value of more than DeepNesting levels makes the
// whole request one of the older layer (docs/aws/messages.md#nesting; assumed that
// 62 levels of lists and maps are as 61).
const (
	maxReadDepth = MaxDepth + 1
	DeepNesting  = 63
)

// A Value is one attribute value. The zero Value is Invalid. Compare values by
// Equal, not by ==.
type Value struct {
	kind  Kind
	truth bool    // BOOL
	cut   bool    // see Cut
	fault fault   // Invalid: what is wrong, with text and elems as InvalidError has them
	text  string  // S: UTF-8; B: raw bytes; N: a Number's bytes; others with members: see formed
	elems []Value // L: members in order; SS, NS, BS: distinct members in the order of their bytes
	attrs Item    // M
}

// String makes an S.
func String(s string) Value { return Value{kind: S, text: s} }

// Binary makes a B of the raw bytes in b.
func Binary(b string) Value { return Value{kind: B, text: b} }

// Num makes an N.
func Num(n Number) Value { return Value{kind: N, text: n.bytes()} }

// Bool makes a BOOL.
func Bool(b bool) Value { return Value{kind: BOOL, truth: b} }

// Null makes a NULL.
func Null() Value { return Value{kind: NULL} }

// List makes an L of vs, which it then owns.
func List(vs ...Value) Value { return Value{kind: L, elems: vs} }

// Map makes an M of item, which it then owns.
func Map(item Item) Value { return Value{kind: M, attrs: item} }

// Kind returns the type of v.
func (v Value) Kind() Kind { return v.kind }

// Text returns the text of an S or the raw bytes of a B.
func (v Value) Text() string { return v.text }

// Number returns the number of an N.
func (v Value) Number() Number { return Number{v.text} }

// Truth returns the truth of a BOOL.
func (v Value) Truth() bool { return v.truth }

// Elems returns the members of an L or a set. The caller must not change them.
func (v Value) Elems() []Value { return v.elems }

// Attrs returns the attributes of an M. The caller must not change them.
func (v Value) Attrs() Item { return v.attrs }

// Cut reports whether v was read from a request that has more members in one item,
// or in one value outside of an item, than an item of MaxItemSize can have. The
// members behind those are not in v, unless v has none else that DynamoDB refuses.
// Members of one name count each.
func (v Value) Cut() bool { return v.cut }

// Equal reports whether v and w have the same kind and the same value. The order
// of the members of a set does not matter. An Invalid value equals nothing.
func (v Value) Equal(w Value) bool { return v.equal(&w) }

// equal is Equal without copies of the members.
func (v *Value) equal(w *Value) bool {
	if v.kind != w.kind {
		return false
	}
	switch v.kind {
	case Invalid:
		return false
	case S, N, B:
		return v.text == w.text
	case BOOL:
		return v.truth == w.truth
	case NULL:
		return true
	case L, M, SS, NS, BS:
		if v.text != "" && w.text != "" {
			return v.text == w.text
		}
	}
	return equalMembers(v.elems, w.elems) && v.attrs.Equal(w.attrs) // the members of sets are in order
}

func equalMembers(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].equal(&b[i]) {
			return false
		}
	}
	return true
}

// invalid returns an Invalid value that carries a refusal. DynamoDB checks the
// rest of the request first; Err returns the refusal afterwards.
func invalid(f fault) Value { return Value{fault: f} }

// Err returns an *InvalidError for the first value in v, v included, that
// DynamoDB refuses in a request, nil if there is none. A value deeper than
// MaxDepth is one.
func (v Value) Err() error { return v.err(MaxDepth) }

// ErrInTransaction is Err for a value of a transaction's expressions, which may
// have one level more.
func (v Value) ErrInTransaction() error { return v.err(MaxDepth + 1) }

// err is Err for a value of at most so many levels.
func (v Value) err(levels int) error {
	if v.kind == Invalid {
		return &InvalidError{v.fault, v.text, v.elems}
	}
	if levels == 0 {
		return &InvalidError{fault: faultNesting}
	}
	switch v.kind {
	case L:
		for _, e := range v.elems {
			if err := e.err(levels - 1); err != nil {
				return err
			}
		}
	case SS, NS, BS:
		for _, e := range v.elems {
			if err := e.err(1); err != nil {
				return err
			}
		}
	case M:
		return v.attrs.err(levels - 1)
	case S, N, B, BOOL, NULL, Invalid:
	}
	return nil
}

// Deep reports whether a value in v, v included, was read at more than DeepNesting
// levels.
func (v Value) Deep() bool {
	return v.fault == faultDeepNesting || slices.ContainsFunc(v.elems, Value.Deep) || v.attrs.Deep()
}

// Deep reports whether a value of the item was read at more than DeepNesting
// levels.
func (it Item) Deep() bool {
	return slices.ContainsFunc(it, func(a Attribute) bool { return a.Value.Deep() })
}

// Nesting returns an *InvalidError if values of the item nest deeper than
// MaxDepth, nil otherwise. An update can produce such an item.
func (it Item) Nesting() error {
	if it.deeper(MaxDepth) {
		return &InvalidError{fault: faultNesting}
	}
	return nil
}

// deeper reports whether a value of the item nests more than the given number of
// levels.
func (it Item) deeper(levels int) bool {
	return slices.ContainsFunc(it, func(a Attribute) bool { return a.Value.deeper(levels) })
}

func (v Value) deeper(levels int) bool {
	switch v.kind {
	case L:
		return levels == 0 || slices.ContainsFunc(v.elems, func(e Value) bool { return e.deeper(levels - 1) })
	case M:
		return levels == 0 || v.attrs.deeper(levels-1)
	default:
		return levels == 0
	}
}

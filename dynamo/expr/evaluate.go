package expr

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"

	"lullaby/attribute"
)

// Holds reports whether the condition is true for an item. The nil item has no
// attributes. Nothing of the item is decoded, and no more of it is read than the
// paths need, once for all of them. The error matches attribute.ErrCorrupt.
func (c *Condition) Holds(form attribute.Encoded) (bool, error) {
	if err := c.paths.read(form); err != nil {
		return false, err
	}
	return c.root.holds(), nil
}

func (n *node) holds() bool {
	switch n.op {
	case opAnd:
		return n.args[0].holds() && n.args[1].holds()
	case opOr:
		return n.args[0].holds() || n.args[1].holds()
	case opNot:
		return !n.args[0].holds()
	case opIn:
		v := n.args[0].eval()
		return v.Kind() != attribute.Invalid && (n.choice.Has(v) || slices.ContainsFunc(n.args[1:], func(a *node) bool { return v.Equal(a.eval()) }))
	case opBetween:
		return holds(opGreaterEqual, n.args[0], n.args[1]) && holds(opLessEqual, n.args[0], n.args[2])
	case opCall:
		return n.call()
	default:
		return holds(n.op, n.args[0], n.args[1])
	}
}

// holds compares two operands. A missing operand differs from everything.
func holds(o op, a, b *node) bool {
	v, w := a.eval(), b.eval()
	if v.Kind() == attribute.Invalid || w.Kind() == attribute.Invalid {
		return o == opNotEqual
	}
	return Compare(o.comparison(), v, w)
}

// eval returns the value of an operand, Invalid if there is none. It is part of the
// item or of the expression.
func (n *node) eval() attribute.EncodedValue {
	switch {
	case n.at != nil:
		return n.at.found
	case n.args[0].at != nil: // a function that has a value
		return n.fn.valueOf(n.args[0].at)
	}
	return n.fn.value(n.args[0].eval())
}

// size is the function size. It counts the UTF-16 units of a string, as the
// service does (ExtendDB/extenddb#67).
func size(v attribute.EncodedValue) attribute.EncodedValue {
	var n int
	switch v.Kind() {
	case attribute.S:
		n = utf16Length(v.Text())
	case attribute.B, attribute.L, attribute.SS, attribute.NS, attribute.BS, attribute.M:
		n = v.Len()
	default:
		return attribute.EncodedValue{}
	}
	num, err := attribute.ParseNumber(strconv.Itoa(n))
	if err != nil {
		return attribute.EncodedValue{}
	}
	return attribute.Num(num).Encode()
}

func utf16Length(s []byte) int {
	n := utf8.RuneCount(s)
	for i := range s {
		if s[i] >= 0xF0 { // begins a character beyond the basic plane
			n++
		}
	}
	return n
}

// call evaluates a function that is true or false.
func (n *node) call() bool {
	v := n.args[0].eval()
	if n.fn.one != nil {
		return n.fn.one(v.Kind() != attribute.Invalid)
	}
	w := n.args[1].eval()
	switch {
	case v.Kind() == attribute.Invalid || w.Kind() == attribute.Invalid:
		return false
	case n.args[0].at != nil && n.fn.twoOf != nil:
		return n.fn.twoOf(n.args[0].at, w)
	}
	return n.fn.two(v, w)
}

// A Comparison is a way to compare two values.
type Comparison uint8

// The comparisons.
const (
	Equal Comparison = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

func (o op) comparison() Comparison { return Comparison(o - opEqual) }

// Compare reports whether comparison c holds for v and w. Values of different
// types, and types without an order, are only equal or unequal.
func Compare(c Comparison, v, w attribute.EncodedValue) bool {
	switch c {
	case Equal:
		return v.Equal(w)
	case NotEqual:
		return !v.Equal(w)
	default:
	}
	if v.Kind() != w.Kind() || !ordered(v.Kind()) {
		return false
	}
	order := bytes.Compare(v.Text(), w.Text())
	switch c {
	case Less:
		return order < 0
	case LessEqual:
		return order <= 0
	case Greater:
		return order > 0
	default:
		return order >= 0
	}
}

// BeginsWith reports whether v, a string or binary, begins with prefix.
func BeginsWith(v, prefix attribute.EncodedValue) bool {
	k := v.Kind()
	return k == prefix.Kind() && (k == attribute.S || k == attribute.B) && bytes.HasPrefix(v.Text(), prefix.Text())
}

// Contains reports whether the string or binary v contains part, or whether part
// is a member of the set or list v.
func Contains(v, part attribute.EncodedValue) bool {
	switch v.Kind() {
	case attribute.S, attribute.B:
		return v.Kind() == part.Kind() && bytes.Contains(v.Text(), part.Text())
	case attribute.L, attribute.SS, attribute.NS, attribute.BS:
		return v.Has(part)
	default:
		return false
	}
}

package expr

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lullaby/attribute"
)

// Holds reports whether the condition is true for the item it. The nil item has
// no attributes.
func (c *Condition) Holds(it attribute.Item) bool { return c.root.holds(it) }

func (n *node) holds(it attribute.Item) bool {
	switch n.op {
	case opAnd:
		return n.args[0].holds(it) && n.args[1].holds(it)
	case opOr:
		return n.args[0].holds(it) || n.args[1].holds(it)
	case opNot:
		return !n.args[0].holds(it)
	case opIn:
		v := n.args[0].eval(it)
		return v != nil && (n.choice.Has(*v) || slices.ContainsFunc(n.args[1:], func(a *node) bool {
			w := a.eval(it)
			return w != nil && v.Equal(*w)
		}))
	case opBetween:
		return holds(opGreaterEqual, n.args[0], n.args[1], it) && holds(opLessEqual, n.args[0], n.args[2], it)
	case opCall:
		return n.call(it)
	default:
		return holds(n.op, n.args[0], n.args[1], it)
	}
}

// holds compares two operands. A missing operand differs from everything.
func holds(o op, a, b *node, it attribute.Item) bool {
	v, w := a.eval(it), b.eval(it)
	if v == nil || w == nil {
		return o == opNotEqual
	}
	return Compare(o.comparison(), *v, *w)
}

// eval returns the value of an operand, nil if there is none. It may be part of the
// item or of the expression.
func (n *node) eval(it attribute.Item) *attribute.Value {
	switch n.op {
	case opPath:
		return n.path.find(it)
	case opValue:
		return &n.value
	default: // a function that has a value
		v := n.args[0].eval(it)
		if v == nil {
			return nil
		}
		w, found := n.fn.value(*v)
		if !found {
			return nil
		}
		return &w
	}
}

// size is the function size. It counts the UTF-16 units of a string, as the
// service does (ExtendDB/extenddb#67).
func size(v attribute.Value) (attribute.Value, bool) {
	var n int
	switch v.Kind() {
	case attribute.S:
		n = utf16Length(v.Text())
	case attribute.B:
		n = len(v.Text())
	case attribute.L, attribute.SS, attribute.NS, attribute.BS:
		n = len(v.Elems())
	case attribute.M:
		n = len(v.Attrs())
	default:
		return attribute.Value{}, false
	}
	num, err := attribute.ParseNumber(strconv.Itoa(n))
	return attribute.Num(num), err == nil
}

func utf16Length(s string) int {
	n := utf8.RuneCountInString(s)
	for i := range len(s) {
		if s[i] >= 0xF0 { // begins a character beyond the basic plane
			n++
		}
	}
	return n
}

// call evaluates a function that is true or false.
func (n *node) call(it attribute.Item) bool {
	v := n.args[0].eval(it)
	if n.fn.one != nil {
		return n.fn.one(v != nil)
	}
	w := n.args[1].eval(it)
	return v != nil && w != nil && n.fn.two(*v, *w)
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
func Compare(c Comparison, v, w attribute.Value) bool {
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
	order := compare(v, w)
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

// compare orders two values of one ordered kind.
func compare(v, w attribute.Value) int {
	if v.Kind() == attribute.N {
		return v.Number().Compare(w.Number())
	}
	return strings.Compare(v.Text(), w.Text())
}

// BeginsWith reports whether v, a string or binary, begins with prefix.
func BeginsWith(v, prefix attribute.Value) bool {
	k := v.Kind()
	return k == prefix.Kind() && (k == attribute.S || k == attribute.B) && strings.HasPrefix(v.Text(), prefix.Text())
}

// Contains reports whether the string or binary v contains part, or whether part
// is a member of the set or list v.
func Contains(v, part attribute.Value) bool {
	switch v.Kind() {
	case attribute.S, attribute.B:
		return v.Kind() == part.Kind() && strings.Contains(v.Text(), part.Text())
	case attribute.L, attribute.SS, attribute.NS, attribute.BS:
		return v.Has(part)
	default:
		return false
	}
}

package attribute

import (
	"slices"
	"strings"
)

// sortSet puts the members of a set in DynamoDB's order: texts and binaries by
// their bytes, numbers by their value (docs/aws/messages.md#sets).
func sortSet(elems []Value) {
	slices.SortFunc(elems, func(a, b Value) int { return strings.Compare(a.text, b.text) })
}

// Union returns the set v with the members of w that it lacks, a set of the same
// kind.
func (v Value) Union(w Value) Value {
	in := v.members()
	elems := slices.Clone(v.elems)
	for _, m := range w.elems {
		if !in[m.text] {
			elems = append(elems, m)
		}
	}
	sortSet(elems)
	return Value{kind: v.kind, elems: elems}
}

// Minus returns the set v without the members of w, a set of the same kind. The
// result may be empty; an item cannot hold an empty set.
func (v Value) Minus(w Value) Value {
	in := w.members()
	var elems []Value
	for _, m := range v.elems {
		if !in[m.text] {
			elems = append(elems, m)
		}
	}
	return Value{kind: v.kind, elems: elems}
}

// members returns the bytes of a set's members.
func (v Value) members() map[string]bool {
	in := make(map[string]bool, len(v.elems))
	for _, m := range v.elems {
		in[m.text] = true
	}
	return in
}

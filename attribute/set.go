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

// memberKinds are the kinds of the members of sets.
var memberKinds = [...]Kind{SS: S, NS: N, BS: B}

// hasText reports whether a set has a member with that text.
func hasText(set []Value, text string) bool {
	_, found := slices.BinarySearchFunc(set, text, func(m Value, text string) int { return strings.Compare(m.text, text) })
	return found
}

// Union returns the set v with the members of w that it lacks, a set of the same
// kind.
func (v Value) Union(w Value) Value {
	elems := slices.Clone(v.elems)
	for _, m := range w.elems {
		if !hasText(v.elems, m.text) {
			elems = append(elems, m)
		}
	}
	sortSet(elems)
	return Value{kind: v.kind, elems: elems}
}

// Minus returns the set v without the members of w, a set of the same kind. The
// result may be empty; an item cannot hold an empty set.
func (v Value) Minus(w Value) Value {
	var elems []Value
	for _, m := range v.elems {
		if !hasText(w.elems, m.text) {
			elems = append(elems, m)
		}
	}
	return Value{kind: v.kind, elems: elems}
}

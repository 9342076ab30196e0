package attribute

import "slices"

// Union returns the set v with the members of w that it lacks, behind its own. w
// is a set of the same kind.
func (v Value) Union(w Value) Value {
	in := v.members()
	elems := slices.Clone(v.elems)
	for _, m := range w.elems {
		if !in[m.text] {
			elems = append(elems, m)
		}
	}
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

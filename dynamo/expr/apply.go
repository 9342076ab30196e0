package expr

import (
	"slices"
	"strings"

	"lullaby/attribute"
)

// Why an update cannot be applied to an item.
var (
	errPath    = &Error{"The document path provided in the update expression is invalid for update"}
	errOperand = &Error{"An operand in the update expression has an incorrect data type"}
	errMissing = &Error{"The provided expression refers to an attribute that does not exist in the item"}
)

// A change is a value to set, or the removal of one.
type change struct {
	value  attribute.Value
	remove bool
}

// Apply returns the item it after the update. Each operand has its value from
// before the update. The error is an *Error.
func (u *Update) Apply(it attribute.Item) (attribute.Item, error) {
	edits := make([]edit, len(u.actions))
	for i := range u.actions {
		a := &u.actions[i]
		edits[i].path = a.path
		if a.verb != verbSet {
			edits[i].action = a
			continue
		}
		v, err := a.value.eval(it)
		if err != nil {
			return nil, err
		}
		edits[i].value = v
	}
	return editItem(it, edits)
}

// An edit sets what a path leads to, or applies an action to it.
type edit struct {
	path   Path
	value  attribute.Value
	action *action // nil: set value
}

// of returns the change of a value; found says whether there is a value.
func (e *edit) of(old attribute.Value, found bool) (change, error) {
	if e.action == nil {
		return change{value: e.value}, nil
	}
	switch e.action.verb {
	case verbRemove:
		return change{remove: true}, nil
	case verbAdd:
		v, err := Add(old, found, e.action.delta)
		return change{value: v}, err
	default:
		v, remains, err := Delete(old, found, e.action.delta)
		return change{value: v, remove: !remains}, err
	}
}

// editItem applies edits, whose paths begin with a name, to the members of it.
func editItem(it attribute.Item, edits []edit) (attribute.Item, error) {
	edited := slices.Clone(it)
	for len(edits) > 0 {
		var same []edit
		same, edits = split(edits)
		name := same[0].path[0].Name
		i, found := slices.BinarySearchFunc(edited, name, func(a attribute.Attribute, name string) int { return strings.Compare(a.Name, name) })
		var old attribute.Value
		if found {
			old = edited[i].Value
		}
		c, err := editMember(old, found, same)
		switch {
		case err != nil:
			return nil, err
		case c.remove && found:
			edited = slices.Delete(edited, i, i+1)
		case c.remove:
		case found:
			edited[i].Value = c.value
		default:
			edited = slices.Insert(edited, i, attribute.Attribute{Name: name, Value: c.value})
		}
	}
	return edited, nil
}

// split splits off the edits that begin with the same step as the first one.
func split(edits []edit) (same, others []edit) {
	for _, e := range edits {
		if e.path[0] == edits[0].path[0] {
			same = append(same, e)
		} else {
			others = append(others, e)
		}
	}
	return same, others
}

// editMember applies edits, whose paths begin with one and the same step, to
// the value that this step leads to.
func editMember(old attribute.Value, found bool, edits []edit) (change, error) {
	if len(edits[0].path) == 1 {
		return edits[0].of(old, found)
	}
	inner := make([]edit, len(edits))
	for i, e := range edits {
		inner[i] = e
		inner[i].path = e.path[1:]
	}
	inList := inner[0].path[0].InList
	switch {
	case inList && old.Kind() == attribute.L:
		return editList(old.Elems(), inner)
	case !inList && old.Kind() == attribute.M:
		it, err := editItem(old.Attrs(), inner)
		return change{value: attribute.Map(it)}, err
	}
	return change{}, errPath
}

// editList applies edits, whose paths begin with an index, to a list. Indexes
// count the members before the update. A value set past the end is appended.
func editList(members []attribute.Value, edits []edit) (change, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.path[0].Index - b.path[0].Index })
	edited := slices.Clone(members)
	removed := make([]bool, len(members))
	for len(edits) > 0 {
		var same []edit
		same, edits = split(edits)
		i := same[0].path[0].Index
		var old attribute.Value
		found := i < len(members)
		if found {
			old = members[i]
		}
		c, err := editMember(old, found, same)
		switch {
		case err != nil:
			return change{}, err
		case c.remove && found:
			removed[i] = true
		case c.remove:
		case found:
			edited[i] = c.value
		default:
			edited = append(edited, c.value)
		}
	}
	kept := edited[:0]
	for i, v := range edited {
		if i >= len(removed) || !removed[i] {
			kept = append(kept, v)
		}
	}
	return change{value: attribute.List(kept...)}, nil
}

// eval returns the value of the right side of a SET for the item it.
func (s *source) eval(it attribute.Item) (attribute.Value, error) {
	switch s.op {
	case sourceValue:
		return s.value, nil
	case sourcePath:
		if v := s.path.find(it); v != nil {
			return *v, nil
		}
		return attribute.Value{}, errMissing
	case sourceIfNotExists:
		if v := s.args[0].path.find(it); v != nil {
			return *v, nil
		}
		return s.args[1].eval(it)
	default:
		return s.combine(it)
	}
}

// combine evaluates an operation on two numbers or lists.
func (s *source) combine(it attribute.Item) (attribute.Value, error) {
	v, err := s.args[0].eval(it)
	if err != nil {
		return attribute.Value{}, err
	}
	w, err := s.args[1].eval(it)
	if err != nil {
		return attribute.Value{}, err
	}
	want := attribute.N
	if s.op == sourceListAppend {
		want = attribute.L
	}
	if v.Kind() != want || w.Kind() != want {
		return attribute.Value{}, errOperand
	}
	if s.op == sourceListAppend {
		return attribute.List(slices.Concat(v.Elems(), w.Elems())...), nil
	}
	n := w.Number()
	if s.op == sourceMinus {
		n = n.Neg()
	}
	return sum(v.Number(), n)
}

func sum(n, m attribute.Number) (attribute.Value, error) {
	total, err := n.Add(m)
	if err != nil {
		return attribute.Value{}, &Error{err.Error()}
	}
	return attribute.Num(total), nil
}

// Add returns the number or set old with delta added. If found is false, it adds
// to 0 or the empty set. The error is an *Error.
func Add(old attribute.Value, found bool, delta attribute.Value) (attribute.Value, error) {
	switch {
	case !found:
		return delta, nil
	case old.Kind() != delta.Kind():
		return attribute.Value{}, errOperand
	case delta.Kind() == attribute.N:
		return sum(old.Number(), delta.Number())
	}
	return old.Union(delta), nil
}

// Delete returns the set old without the members of delta, and whether any
// members remain. The error is an *Error.
func Delete(old attribute.Value, found bool, delta attribute.Value) (v attribute.Value, remains bool, err error) {
	if !found {
		return attribute.Value{}, false, nil
	}
	if old.Kind() != delta.Kind() {
		return attribute.Value{}, false, errOperand
	}
	v = old.Minus(delta)
	return v, len(v.Elems()) > 0, nil
}

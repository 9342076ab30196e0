package dynamo_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A modelUpdate is one action of an update in the model's own language.
type modelUpdate struct {
	verb string // SET, REMOVE, ADD, DELETE
	form string // of SET: value, plus, minus, default, append, copy
	path modelPath
	from modelPath
	val  modelValue
}

// errModel is every refusal by ValidationException.
var errModel = errors.New("refused")

// errEmptied is the one of them that no cancellation reports: a transaction is
// refused as a whole.
var errEmptied = fmt.Errorf("emptied: %w", errModel)

// errMismatch is the refusal of a key that does not match its schema.
var errMismatch = errors.New("mismatched")

func renderUpdates(us []modelUpdate, r *rendering) string {
	sections := map[string][]string{}
	for _, u := range us {
		text := r.path(u.path)
		switch u.verb {
		case "SET":
			text += " = " + u.renderSource(r)
		case "ADD", "DELETE":
			text += " " + r.value(u.val)
		}
		sections[u.verb] = append(sections[u.verb], text)
	}
	text := ""
	for _, verb := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
		if actions := sections[verb]; actions != nil {
			text = strings.TrimPrefix(text+" "+verb+" "+strings.Join(actions, ", "), " ")
		}
	}
	return text
}

func (u *modelUpdate) renderSource(r *rendering) string {
	switch u.form {
	case "plus":
		return r.path(u.from) + " + " + r.value(u.val)
	case "minus":
		return r.path(u.from) + " - " + r.value(u.val)
	case "default":
		return "if_not_exists(" + r.path(u.from) + ", " + r.value(u.val) + ")"
	case "append":
		return "list_append(" + r.path(u.from) + ", " + r.value(u.val) + ")"
	case "copy":
		return r.path(u.from)
	}
	return r.value(u.val)
}

// source is the value of a SET's right side.
func (u *modelUpdate) source(it modelItem) (modelValue, error) {
	if u.form == "value" {
		return u.val, nil
	}
	v, found := u.from.find(it)
	switch {
	case u.form == "default" && !found:
		return u.val, nil
	case !found:
		return v, errModel
	case u.form == "plus" || u.form == "minus":
		if v.kind != "N" {
			return v, errModel
		}
		return v.plus(u.val, map[string]int{"plus": 1, "minus": -1}[u.form]), nil
	case u.form == "append":
		if v.kind != "L" {
			return v, errModel
		}
		return modelValue{kind: "L", elems: slices.Concat(v.elems, u.val.elems)}, nil
	}
	return v, nil
}

// onlyRemove reports whether there are actions and none gives an item anything.
func onlyRemove(us []modelUpdate) bool {
	gives := func(u modelUpdate) bool { return u.verb == "SET" || u.verb == "ADD" }
	return len(us) > 0 && !slices.ContainsFunc(us, gives)
}

// applyUpdates returns what it becomes; the operands are of it as it was.
func applyUpdates(us []modelUpdate, it modelItem) (modelItem, error) {
	after := maps.Clone(it)
	for i := range us {
		u := &us[i]
		var err error
		switch u.verb {
		case "SET":
			var v modelValue
			if v, err = u.source(it); err == nil {
				err = u.path.set(after, v)
			}
		case "REMOVE":
			err = u.path.remove(after)
		case "ADD":
			err = u.add(after)
		case "DELETE":
			err = u.subtract(after)
		}
		if err != nil {
			return nil, err
		}
	}
	return after, nil
}

func (p modelPath) set(it modelItem, v modelValue) error {
	old := it[p.head]
	switch {
	case p.member != "":
		if old.kind != "M" {
			return errModel
		}
		attrs := maps.Clone(old.attrs)
		attrs[p.member] = v
		v = modelValue{kind: "M", attrs: attrs}
	case p.index >= 0:
		if old.kind != "L" {
			return errModel
		}
		elems := slices.Clone(old.elems)
		if p.index < len(elems) {
			elems[p.index] = v
		} else {
			elems = append(elems, v)
		}
		v = modelValue{kind: "L", elems: elems}
	}
	it[p.head] = v
	return nil
}

func (p modelPath) remove(it modelItem) error {
	old := it[p.head]
	switch {
	case p.member != "":
		if old.kind != "M" {
			return errModel
		}
		attrs := maps.Clone(old.attrs)
		delete(attrs, p.member)
		it[p.head] = modelValue{kind: "M", attrs: attrs}
	case p.index >= 0:
		if old.kind != "L" {
			return errModel
		}
		if p.index < len(old.elems) {
			it[p.head] = modelValue{kind: "L", elems: slices.Delete(slices.Clone(old.elems), p.index, p.index+1)}
		}
	default:
		delete(it, p.head)
	}
	return nil
}

func (u *modelUpdate) add(it modelItem) error {
	old, found := it[u.path.head]
	switch {
	case !found:
		it[u.path.head] = u.val
	case old.kind != u.val.kind:
		return errModel
	case old.kind == "N":
		it[u.path.head] = old.plus(u.val, 1)
	default:
		it[u.path.head] = modelSet(old.kind, slices.Concat(old.elems, u.val.elems)...)
	}
	return nil
}

func (u *modelUpdate) subtract(it modelItem) error {
	old, found := it[u.path.head]
	if !found {
		return nil
	}
	if old.kind != u.val.kind {
		return errModel
	}
	left := slices.DeleteFunc(slices.Clone(old.elems), func(v modelValue) bool { return slices.ContainsFunc(u.val.elems, v.equal) })
	if len(left) == 0 {
		delete(it, u.path.head)
		return nil
	}
	it[u.path.head] = modelSet(old.kind, left...)
	return nil
}

// randomUpdates makes actions on different attributes. What the expression
// alone would show to be of a wrong type it leaves out.
func randomUpdates(rng *rand.Rand) []modelUpdate {
	names := slices.Clone(allNames)
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	us := make([]modelUpdate, 1+rng.IntN(3))
	for i := range us {
		u := modelUpdate{verb: "SET", form: "value", path: randomPath(rng, names[i:i+1])}
		u.from, u.val = u.path, randomOf(rng, u.path.head)
		kind := modelKinds[u.path.head]
		switch n := rng.IntN(10); {
		case n < 2:
			u.verb = "REMOVE"
		case n == 2:
			u.form = "default"
		case n == 3:
			u.form, u.path, u.from = "copy", top(u.path.head), top(pick(rng, allNames...)) // whole: nothing grows
		case n < 7 && kind == "N":
			u.form = pick(rng, "plus", "minus")
			if n == 4 {
				u.verb = "ADD"
			}
		case n < 7 && len(kind) == 2:
			u.verb = pick(rng, "ADD", "DELETE")
		case n < 7 && kind == "L":
			u.form, u.path, u.from = "append", top("l"), top("l")
		}
		us[i] = u
	}
	return us
}

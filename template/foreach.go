package template

import (
	"slices"
	"strings"
)

// loopPrefix begins the key of a loop, which ends in its name.
const loopPrefix = "Fn::ForEach::"

// maxLoop is the largest number of items of one Fn::ForEach.
const maxLoop = 500

// unfold returns n with each Fn::ForEach::NAME in it replaced by the entries
// that it makes (docs/aws/templates.md#loops). Loops stand in Resources,
// Conditions, Outputs and in properties.
func (l *loader) unfold(n *node) *node {
	if n == nil || !n.loops() {
		return n
	}
	out := *n
	out.items = make([]*node, len(n.items))
	for i, item := range n.items {
		out.items[i] = l.unfold(item)
	}
	out.fields = nil
	for _, f := range n.fields {
		if !strings.HasPrefix(f.key, loopPrefix) {
			out.fields = append(out.fields, field{f.key, f.line, l.unfold(f.value)})
			continue
		}
		for _, made := range l.loop(f) {
			if n.get(made.key) != nil || out.get(made.key) != nil {
				l.add(l.errorf(made.line, "%s makes %s twice", f.key, quote(made.key)))
				continue
			}
			out.fields = append(out.fields, made)
		}
	}
	if n.arg != nil {
		out.arg = l.unfold(n.arg)
	}
	return &out
}

// loops reports whether there is a Fn::ForEach in n.
func (n *node) loops() bool {
	switch {
	case n == nil:
		return false
	case n.arg.loops() || slices.ContainsFunc(n.items, (*node).loops):
		return true
	}
	return slices.ContainsFunc(n.fields, func(f field) bool { return strings.HasPrefix(f.key, loopPrefix) || f.value.loops() })
}

// loop returns the entries that a Fn::ForEach makes: [variable, list, {key:
// value}].
func (l *loader) loop(f field) []field {
	args := f.value.items
	if f.value.kind != list || len(args) != 3 || args[0].kind != scalar || args[2].kind != mapping {
		l.add(l.errorf(f.line, "%s takes a list of a variable's name, a list of values and a mapping", f.key))
		return nil
	}
	values, err := l.list(args[1], "the values of "+f.key)
	if err == nil && len(values) > maxLoop {
		err = l.errorf(f.line, "%s has %d values; Lullaby takes %d", f.key, len(values), maxLoop)
	}
	if err != nil {
		l.add(err)
		return nil
	}
	var all []field
	for _, v := range values {
		text, err := l.str(v, "a value of "+f.key)
		if err == nil {
			err = l.spend(args[2], args[2].size())
		}
		if err != nil {
			l.add(err)
			return nil
		}
		body := l.unfold(args[2].replaced(args[0].text, text))
		all = append(all, body.fields...)
	}
	return all
}

// size returns roughly how many bytes a copy of n takes.
func (n *node) size() int {
	if n == nil {
		return 0
	}
	const nodeSize = 128
	total := nodeSize + len(n.text) + n.arg.size()
	for _, item := range n.items {
		total += item.size()
	}
	for _, f := range n.fields {
		total += f.value.size()
	}
	return total
}

// replaced returns a copy of n in which ${name}, &{name} and Ref of name are the
// value. &{name} is the value without what is not a letter or a digit, for
// logical ids.
func (n *node) replaced(name, value string) *node {
	if n == nil {
		return nil
	}
	if n.kind == call && n.text == "Ref" && n.arg.kind == scalar && n.arg.text == name {
		return textNode(value, n.line)
	}
	plain := notInName.ReplaceAllString(value, "")
	fill := strings.NewReplacer("${"+name+"}", value, "&{"+name+"}", plain)
	out := *n
	out.arg = n.arg.replaced(name, value)
	if n.kind != call {
		out.text = fill.Replace(n.text)
	}
	out.items, out.fields = nil, nil
	for _, item := range n.items {
		out.items = append(out.items, item.replaced(name, value))
	}
	for _, f := range n.fields {
		out.fields = append(out.fields, field{fill.Replace(f.key), f.line, f.value.replaced(name, value)})
	}
	return &out
}

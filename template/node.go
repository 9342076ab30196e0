package template

import (
	"slices"
	"strings"
)

// A kind is the shape of a node.
type kind uint8

const (
	null   kind = iota // empty, ~ or null
	scalar             // a string, number or boolean, as its text
	list
	mapping
	call // an intrinsic function and its argument
)

func (k kind) String() string {
	switch k {
	case null:
		return "empty"
	case scalar:
		return "a single value"
	case list:
		return "a list"
	case mapping:
		return "a mapping"
	default:
		return "a function"
	}
}

// A node is a value in a template. Nodes do not change after parsing. The value
// of an evaluated call is another node, with the line of the call.
type node struct {
	kind   kind
	line   int     // from 1
	text   string  // of a scalar; name of a call, such as Ref or Fn::Sub
	bare   bool    // a scalar that is a number or a boolean in the file
	items  []*node // of a list
	fields []field // of a mapping, in the order of the file; keys are unique
	arg    *node   // of a call
}

// A field is one entry of a mapping.
type field struct {
	key   string
	line  int
	value *node
}

// get returns the value of a key, nil if n has no such key or is not a mapping.
func (n *node) get(key string) *node {
	for _, f := range n.entries() {
		if f.key == key {
			return f.value
		}
	}
	return nil
}

// entries returns the fields of n, none if n is nil or not a mapping.
func (n *node) entries() []field {
	if n == nil {
		return nil
	}
	return n.fields
}

// with returns a mapping of n's fields and one more.
func (n *node) with(key string, value *node) *node {
	fields := append(slices.Clone(n.fields), field{key, value.line, value})
	return &node{kind: mapping, line: n.line, fields: fields}
}

// pair returns a mapping with one field.
func pair(key string, value *node) *node {
	return (&node{line: value.line}).with(key, value)
}

// at returns a copy of n on another line, nil if n is nil.
func (n *node) at(line int) *node {
	if n == nil {
		return nil
	}
	moved := *n
	moved.line = line
	return &moved
}

// literal reports whether there is no call in n.
func (n *node) literal() bool {
	if n.kind == call {
		return false
	}
	for _, item := range n.items {
		if !item.literal() {
			return false
		}
	}
	for _, f := range n.fields {
		if !f.value.literal() {
			return false
		}
	}
	return true
}

func textNode(text string, line int) *node { return &node{kind: scalar, line: line, text: text} }

func refNode(id string, line int) *node {
	return &node{kind: call, line: line, text: "Ref", arg: textNode(id, line)}
}

// isFunction reports whether a mapping whose only key is key is a call. A loop
// is not: it makes entries of the mapping.
func isFunction(key string) bool {
	return key == "Ref" || strings.HasPrefix(key, "Fn::") && !strings.HasPrefix(key, loopPrefix)
}

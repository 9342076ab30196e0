package mapping

import "slices"

// A match is one event under a pattern. Each node of the pattern meets each value
// at most once, so the cost is bounded by the product of their numbers.
type match struct {
	root   any
	exists map[*leaf]bool // whether there is a value at the path of a leaf
}

// matches says whether an event matches a pattern.
func (n *node) matches(event any) bool {
	m := match{root: event}
	return m.holds(n, event)
}

// A missing is the value of a field that an event does not have.
type missing struct{}

// holds says whether a value matches a node. An array does if one of its elements
// does, so that no two fields come from different elements.
func (m *match) holds(n *node, value any) bool {
	if n.leaf != nil {
		return n.leaf.absent && !m.existsAt(n.leaf) || n.leaf.holds(value)
	}
	if list, ok := value.([]any); ok && len(list) > 0 {
		for _, element := range list {
			if m.holds(n, element) {
				return true
			}
		}
		return false
	}
	object, _ := value.(map[string]any) // else every field is missing
	for _, f := range n.fields {
		child, ok := object[f.name]
		if !ok {
			child = missing{}
		}
		if !m.holds(f.node, child) {
			return false
		}
	}
	for _, alternatives := range n.either {
		one := false
		for _, a := range alternatives {
			if one = m.holds(a, value); one {
				break
			}
		}
		if !one {
			return false
		}
	}
	return true
}

// holds says whether a value, or an element of it, passes one of the tests of a
// leaf. An object passes none, nor does an array as a whole body.
func (l *leaf) holds(value any) bool {
	switch v := value.(type) {
	case missing, map[string]any:
		return false
	case []any:
		if len(l.path) == 1 { // of a body, which is JSON, and the leaf is for text
			return false
		}
		return slices.ContainsFunc(v, l.holds)
	case string:
		if l.texts[v] {
			return true
		}
	default:
		if l.tokens[token(v)] {
			return true
		}
	}
	if l.present {
		return true
	}
	for _, t := range l.tests {
		if t(value) {
			return true
		}
	}
	return false
}

// existsAt says whether the event has a value at the path of a leaf, in any
// element of arrays.
func (m *match) existsAt(l *leaf) bool {
	exists, known := m.exists[l]
	if !known {
		if m.exists == nil {
			m.exists = map[*leaf]bool{}
		}
		exists = has(m.root, l.path)
		m.exists[l] = exists
	}
	return exists
}

// has says whether there is a value at a path that is no object.
func has(value any, path []string) bool {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			if has(element, path) {
				return true
			}
		}
		return false
	case map[string]any:
		if len(path) == 0 {
			return false
		}
		child, ok := v[path[0]]
		return ok && has(child, path[1:])
	default:
		return len(path) == 0
	}
}

package mapping

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A node is a part of a pattern: every field matches, and one alternative of each
// $or; or it is a leaf.
type node struct {
	fields []field
	either [][]*node // for each $or, its alternatives
	leaf   *leaf     // nil: not a leaf
}

type field struct {
	name string
	node *node
}

// A leaf is a list of values and comparisons of which one matches.
type leaf struct {
	texts   map[string]bool // strings
	tokens  map[string]bool // numbers as they are written, and true, false, null
	present bool            // {"exists": true}
	absent  bool            // {"exists": false}
	tests   []test
	path    []string // from the root
}

// errPattern is any fault of a pattern: AWS does not say which.
var errPattern = errors.New("invalid filter pattern")

// parsePattern parses a pattern (docs/aws/mapping.md#filter-patterns).
func parsePattern(text string) (*node, error) {
	value, err := decode(text)
	if err != nil || len(text) > maxPattern*utf8.UTFMax {
		return nil, errPattern
	}
	return parseObject(value, nil)
}

// decode decodes one JSON value with its numbers as they are written.
func decode(text string) (value any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errPattern
	}
	return value, nil
}

func parseObject(value any, path []string) (*node, error) {
	object, ok := value.(map[string]any)
	if !ok || len(object) == 0 {
		return nil, errPattern
	}
	n := new(node)
	for _, name := range sortedKeys(object) {
		if name == "$or" {
			alternatives, isOr, err := parseOr(object[name], path)
			if err != nil {
				return nil, err
			}
			if isOr {
				n.either = append(n.either, alternatives)
				continue
			}
		}
		below := append(slices.Clip(path), name)
		var child *node
		var err error
		if list, isList := object[name].([]any); isList {
			child, err = parseLeaf(list, below)
		} else {
			child, err = parseObject(object[name], below)
		}
		if err != nil {
			return nil, err
		}
		n.fields = append(n.fields, field{name, child})
	}
	return n, nil
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// reserved are names that an alternative of $or cannot have: with one of them the
// list is that of a leaf, and $or the name of a field.
var reserved = []string{"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}

// parseOr parses the alternatives of $or: two objects or more.
func parseOr(value any, path []string) (alternatives []*node, isOr bool, err error) {
	list, ok := value.([]any)
	if !ok || len(list) < 2 {
		return nil, false, nil
	}
	for _, v := range list {
		object, ok := v.(map[string]any)
		if !ok || slices.ContainsFunc(reserved, func(name string) bool { _, has := object[name]; return has }) {
			return nil, false, nil
		}
	}
	for _, v := range list {
		n, err := parseObject(v, path)
		if err != nil {
			return nil, true, err
		}
		alternatives = append(alternatives, n)
	}
	return alternatives, true, nil
}

func parseLeaf(list []any, path []string) (*node, error) {
	if len(list) == 0 {
		return nil, errPattern
	}
	l := &leaf{texts: map[string]bool{}, tokens: map[string]bool{}, path: path}
	for _, v := range list {
		switch v := v.(type) {
		case string:
			l.texts[v] = true
		case map[string]any:
			if err := l.parseComparison(v); err != nil {
				return nil, err
			}
		case []any:
			return nil, errPattern
		default:
			l.tokens[token(v)] = true
		}
	}
	return &node{leaf: l}, nil
}

// token returns a number, a bool or null as it is written.
func token(value any) string {
	switch v := value.(type) {
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	default:
		return "null"
	}
}

package template

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Limits of a template. CloudFormation accepts a body of 1 MB ("CloudFormation
// quotas"). The others bound the cost of deep nesting and of aliases of
// aliases.
const (
	maxBytes = 1 << 20
	maxDepth = 100

	// Of all values, after aliases are expanded.
	maxNodes   = 250_000
	maxScalars = 8 * maxBytes
)

// shortTags are CloudFormation's YAML tags. All but Ref and Condition mean a
// function Fn::Name.
var shortTags = map[string]bool{
	"!Ref": true, "!Condition": true,
	"!And": true, "!Base64": true, "!Cidr": true, "!Equals": true, "!FindInMap": true, "!GetAtt": true,
	"!GetAZs": true, "!If": true, "!ImportValue": true, "!Join": true, "!Length": true, "!Not": true,
	"!Or": true, "!Select": true, "!Split": true, "!Sub": true, "!ToJsonString": true, "!Transform": true,
	"!Contains": true, "!EachMemberEquals": true, "!EachMemberIn": true, "!RefAll": true, "!ValueOf": true, "!ValueOfAll": true,
}

// parse returns the nodes of a template's text, with aliases expanded, tags in
// their long form and unique keys, and notes of what is doubtful. Text that is
// not YAML or exceeds a limit has one error. Each use of YAML that
// CloudFormation refuses has its own.
func parse(file string, text []byte) (*node, []note, error) {
	root, err := decode(file, text)
	if err != nil {
		return nil, nil, err
	}
	p := parser{file: file, open: make(map[*yaml.Node]bool)}
	n, err := p.node(root, 0)
	if err := errors.Join(append(p.errs, err)...); err != nil {
		return nil, nil, err
	}
	if n.kind != mapping {
		return nil, nil, p.errorf(n.line, "a template is a mapping with a Resources section, not %s", n.kind)
	}
	return n, p.notes, nil
}

// A parser converts YAML nodes to nodes.
type parser struct {
	file  string
	nodes int                 // made so far
	bytes int                 // of the scalars made so far
	open  map[*yaml.Node]bool // the values that contain the current one
	alias int                 // line of the outermost alias that is being expanded
	errs  []error             // after which parsing continued
	notes []note
}

func (p *parser) errorf(line int, format string, args ...any) error {
	return &Error{Pos: Pos{p.file, line}, Msg: fmt.Sprintf(format, args...)}
}

func (p *parser) fail(line int, format string, args ...any) {
	p.errs = append(p.errs, p.errorf(line, format, args...))
}

func (p *parser) node(y *yaml.Node, depth int) (*node, error) {
	p.nodes++
	p.bytes += len(y.Value)
	switch {
	case p.nodes > maxNodes, p.bytes > maxScalars:
		return nil, p.errorf(cmp.Or(p.alias, y.Line), "more than %d values or %d bytes of them, aliases written out", maxNodes, maxScalars)
	case depth > maxDepth:
		return nil, p.errorf(y.Line, "nested deeper than %d levels", maxDepth)
	case y.Kind == yaml.AliasNode:
		if p.open[y.Alias] {
			return nil, p.errorf(y.Line, "alias *%s stands inside the value it names", y.Value)
		}
		defer func(outer int) { p.alias = outer }(p.alias)
		p.alias = cmp.Or(p.alias, y.Line)
		return p.node(y.Alias, depth)
	}
	p.open[y] = true
	n, err := p.value(y, depth)
	delete(p.open, y)
	if err != nil {
		return nil, err
	}
	return p.tagged(y, n), nil
}

func (p *parser) value(y *yaml.Node, depth int) (*node, error) {
	switch y.Kind {
	case yaml.MappingNode:
		return p.mapping(y, depth)
	case yaml.SequenceNode:
		n := &node{kind: list, line: y.Line}
		for _, item := range y.Content {
			v, err := p.node(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, v)
		}
		return n, nil
	default:
		if y.Tag == "!!null" {
			return &node{kind: null, line: y.Line}, nil
		}
		n := textNode(plainText(y), y.Line)
		n.bare = y.Style == 0 && (y.Tag == "!!int" || y.Tag == "!!float" || y.Tag == "!!bool" || n.text != y.Value)
		return n, nil
	}
}

// booleans are the plain words of YAML 1.1 that CloudFormation takes for true and
// false, in lower case, with a capital, or in capitals. A string becomes "true" or
// "false" of them (docs/aws/templates.md#booleans).
var booleans = map[string]string{"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}

// plainText returns the text of a scalar.
func plainText(y *yaml.Node) string {
	lower := strings.ToLower(y.Value)
	boolean := booleans[lower]
	if boolean == "" || y.Style != 0 || y.Tag != "!!bool" && y.Tag != "!!str" {
		return y.Value
	}
	if v := y.Value; v == lower || v == strings.ToUpper(lower) || v == strings.ToUpper(lower[:1])+lower[1:] {
		return boolean
	}
	return y.Value
}

func (p *parser) mapping(y *yaml.Node, depth int) (*node, error) {
	n := &node{kind: mapping, line: y.Line}
	seen := make(map[string]int, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode || strings.HasPrefix(k.Tag, "!") && !strings.HasPrefix(k.Tag, "!!") {
			p.fail(y.Content[i].Line, "a key must be plain text")
			continue
		}
		if k.Tag == "!!merge" {
			p.fail(k.Line, "CloudFormation does not support the merge key <<")
			continue
		}
		line := y.Content[i].Line
		v, err := p.node(y.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		first := seen[k.Value]
		seen[k.Value] = line
		if first != 0 { // docs/aws/templates.md#duplicate-keys
			text := fmt.Sprintf("key %s stands on line %d too: the last one counts", quote(k.Value), first)
			p.notes = append(p.notes, note{pos: Pos{p.file, line}, text: text})
			n.fields = slices.DeleteFunc(n.fields, func(f field) bool { return f.key == k.Value })
		}
		n.fields = append(n.fields, field{k.Value, line, v})
	}
	if len(n.fields) == 1 && isFunction(n.fields[0].key) {
		f := n.fields[0]
		return &node{kind: call, line: f.line, text: f.key, arg: f.value}, nil
	}
	return n, nil
}

// tagged returns the long form of a function in its short form, !Sub text.
func (p *parser) tagged(y *yaml.Node, n *node) *node {
	switch y.Tag {
	case "", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!merge", "!!seq", "!!map":
		return n
	}
	if !shortTags[y.Tag] {
		p.fail(y.Line, "unknown tag %s", y.Tag)
		return n
	}
	name := y.Tag[1:]
	switch name {
	case "Condition":
		return &node{kind: mapping, line: y.Line, fields: []field{{name, y.Line, n}}}
	case "Ref":
	default:
		name = "Fn::" + name
	}
	return &node{kind: call, line: y.Line, text: name, arg: n}
}

// quote shortens a text of the template for a message, to 80 bytes.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "..."
	}
	return fmt.Sprintf("%q", s)
}

// lineAt returns the line of an offset into text, counted from 1.
func lineAt(text []byte, offset int) int {
	return 1 + bytes.Count(text[:min(offset, len(text))], []byte("\n"))
}

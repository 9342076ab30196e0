package template

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// function returns the intrinsic function of that name, nil if there is none.
// Those of the Conditions section are in condition.go, those of rules in rules.go.
func (e *evaluator) function(name string) func(*node) (*node, error) {
	switch name {
	case "Ref":
		return e.ref
	case "Fn::GetAtt":
		return e.getAtt
	case "Fn::Sub":
		return e.sub
	case "Fn::Join":
		return e.join
	case "Fn::Split":
		return e.split
	case "Fn::Select":
		return e.choose
	case "Fn::If":
		return e.branch
	case "Fn::FindInMap":
		return e.findInMap
	case "Fn::Base64":
		return e.base64
	case "Fn::ImportValue":
		return e.importValue
	case "Fn::GetAZs":
		return e.zones
	case "Fn::Cidr":
		return e.cidr
	case "Fn::Length":
		return e.length
	case "Fn::ToJsonString":
		return e.toJSON
	}
	if e.inRules {
		return e.ruleFunction(name)
	}
	return nil
}

// unevaluated are CloudFormation's functions that function does not have.
var unevaluated = map[string]bool{"Fn::Transform": true}

// join evaluates Fn::Join: [delimiter, [values]].
func (e *evaluator) join(n *node) (*node, error) {
	args, err := e.args(n, 2)
	if err != nil {
		return nil, err
	}
	delimiter, err := e.str(args[0], "the delimiter of Fn::Join")
	if err != nil {
		return nil, err
	}
	items, err := e.list(args[1], "the second argument of Fn::Join")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i, item := range items {
		s, err := e.str(item, "a value of Fn::Join")
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(delimiter)
		}
		b.WriteString(s)
		if b.Len() > maxBuilt {
			break
		}
	}
	return e.built(n, b.String())
}

// split evaluates Fn::Split: [delimiter, source].
func (e *evaluator) split(n *node) (*node, error) {
	args, err := e.args(n, 2)
	if err != nil {
		return nil, err
	}
	delimiter, err := e.str(args[0], "the delimiter of Fn::Split")
	if err != nil {
		return nil, err
	}
	if delimiter == "" {
		return nil, e.errorf(n.line, "the delimiter of Fn::Split is empty")
	}
	source, err := e.str(args[1], "the source of Fn::Split")
	if err != nil {
		return nil, err
	}
	const nodeSize = 64 // bytes, roughly, without its text
	if err := e.spend(n, nodeSize*strings.Count(source, delimiter)); err != nil {
		return nil, err
	}
	return textList(strings.Split(source, delimiter), n.line), nil
}

func textList(texts []string, line int) *node {
	l := &node{kind: list, line: line, items: make([]*node, len(texts))}
	for i, s := range texts {
		l.items[i] = textNode(s, line)
	}
	return l
}

// choose evaluates Fn::Select: [index, [values]].
func (e *evaluator) choose(n *node) (*node, error) {
	args, err := e.args(n, 2)
	if err != nil {
		return nil, err
	}
	text, err := e.str(args[0], "the index of Fn::Select")
	if err != nil {
		return nil, err
	}
	items, err := e.list(args[1], "the second argument of Fn::Select")
	if err != nil {
		return nil, err
	}
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i >= len(items) {
		return nil, e.errorf(n.line, "Fn::Select: index %s of a list of %d", quote(text), len(items))
	}
	return items[i], nil
}

// branch evaluates Fn::If: [condition, value, value]. It does not read the
// other value.
func (e *evaluator) branch(n *node) (*node, error) {
	args, err := e.args(n, 3)
	if err != nil {
		return nil, err
	}
	if args[0].kind != scalar {
		return nil, e.errorf(n.line, "Fn::If: the first argument is the name of a condition")
	}
	holds, err := e.holds(args[0].text, n.line)
	if err != nil {
		return nil, err
	}
	if holds {
		return e.eval(args[1])
	}
	return e.eval(args[2])
}

// findInMap evaluates Fn::FindInMap: [map, first key, second key], with
// AWS::LanguageExtensions also {DefaultValue: value} at the end.
func (e *evaluator) findInMap(n *node) (*node, error) {
	var fallback *node
	args := n.arg.items
	if len(args) == 4 {
		fallback = args[3].get("DefaultValue")
		args = args[:3]
	}
	if n.arg.kind != list || len(args) != 3 || len(n.arg.items) == 4 && fallback == nil {
		return nil, e.errorf(n.line, "Fn::FindInMap takes a list of 3, and perhaps a DefaultValue")
	}
	at, path := e.mappings, ""
	for _, arg := range args {
		key, err := e.str(arg, "a key of Fn::FindInMap")
		if err != nil {
			return nil, err
		}
		path += "." + key
		if at = at.get(key); at == nil && fallback != nil {
			return e.eval(fallback)
		} else if at == nil {
			return nil, e.errorf(n.line, "Fn::FindInMap: there is no %s", quote("Mappings"+path))
		}
	}
	if at.kind != scalar && at.kind != list {
		return nil, e.errorf(at.line, "a value of a mapping must be a string or a list, not %s", at.kind)
	}
	return at, nil
}

// importValue evaluates Fn::ImportValue, from the exports that are given.
func (e *evaluator) importValue(n *node) (*node, error) {
	name, err := e.str(n.arg, "the name of Fn::ImportValue")
	if err != nil {
		return nil, err
	}
	value, given := e.exports[name]
	if !given {
		return nil, e.unsupportedf(n.line, "Fn::ImportValue %s has no value: --export %s=...", quote(name), name)
	}
	return textNode(value, n.line), nil
}

// base64 evaluates Fn::Base64.
func (e *evaluator) base64(n *node) (*node, error) {
	s, err := e.str(n.arg, "the argument of Fn::Base64")
	if err != nil {
		return nil, err
	}
	return e.built(n, base64.StdEncoding.EncodeToString([]byte(s)))
}

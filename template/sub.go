package template

import (
	"regexp"
	"strings"
)

// A piece of a Fn::Sub string is literal text or the name of a variable.
type piece struct {
	text     string
	variable bool
}

// variableName matches what CloudFormation accepts between ${ and }.
var variableName = regexp.MustCompile(`^[0-9A-Za-z_.:]+$`)

// pieces splits a Fn::Sub string at its variables. ${!Literal} becomes the text
// ${Literal}. bad is a variable without a name or an end, else "".
func pieces(s string) (all []piece, bad string) {
	for {
		before, rest, found := strings.Cut(s, "${")
		if before != "" {
			all = append(all, piece{text: before})
		}
		if !found {
			return all, ""
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, "${" + rest
		}
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			all = append(all, piece{text: "${" + literal + "}"})
		} else {
			trimmed := strings.TrimSpace(name)
			if !variableName.MatchString(trimmed) {
				return nil, "${" + name + "}"
			}
			all = append(all, piece{trimmed, true})
		}
		s = after
	}
}

// subArgs returns the pieces and variables of a Fn::Sub in either form, "text"
// or ["text", {variables}]. In the first, variables is nil.
func (e *evaluator) subArgs(n *node) (all []piece, variables *node, err error) {
	format := n.arg
	if n.arg.kind == list && len(n.arg.items) == 2 && n.arg.items[1].kind == mapping {
		format, variables = n.arg.items[0], n.arg.items[1]
	}
	if format.kind != scalar {
		return nil, nil, e.errorf(n.line, "Fn::Sub takes a string, or a list of a string and a mapping of variables")
	}
	all, bad := pieces(format.text)
	if bad != "" {
		return nil, nil, e.errorf(n.line, "Fn::Sub: %s is no variable; write ${!name} for the text ${name}", quote(bad))
	}
	return all, variables, nil
}

// sub evaluates Fn::Sub. A variable is one of its own mapping, else a GetAtt if
// it has a dot, else a Ref. Each variable is evaluated once.
func (e *evaluator) sub(n *node) (*node, error) {
	all, variables, err := e.subArgs(n)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string)
	var b strings.Builder
	for _, p := range all {
		text := p.text
		if p.variable {
			value, known := values[p.text]
			if !known {
				if value, err = e.variable(p.text, variables, n.line); err != nil {
					return nil, err
				}
				values[p.text] = value
			}
			text = value
		}
		if b.WriteString(text); b.Len() > maxBuilt {
			break
		}
	}
	return e.built(n, b.String())
}

func (e *evaluator) variable(name string, variables *node, line int) (string, error) {
	what := "${" + name + "} of Fn::Sub"
	if v := variables.get(name); v != nil {
		return e.str(v, what)
	}
	if id, attribute, dotted := e.splitAttribute(name); dotted {
		return e.attribute(id, attribute, line)
	}
	v, err := e.lookup(name, line)
	if err != nil {
		return "", err
	}
	if v == nil {
		return "", e.errorf(line, "%s: AWS::NoValue leaves no value", what)
	}
	return e.str(v, what)
}

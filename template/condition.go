package template

import (
	"cmp"
	"errors"
)

// A condition is an entry of the Conditions section. It is evaluated when first
// used.
type condition struct {
	test  *node
	state conditionState
	err   error // why it has no value
}

type conditionState uint8

const (
	unread conditionState = iota
	reading
	holding
	failing
	broken // err is set
)

// holds returns the value of the named condition.
func (e *evaluator) holds(name string, line int) (bool, error) {
	c := e.conditions[name]
	switch {
	case c == nil:
		return false, e.errorf(line, "there is no condition %s", quote(name))
	case c.state == reading:
		return false, e.errorf(line, "condition %s refers to itself", name)
	case c.state == unread:
		c.state = reading
		ok, err := e.test(c.test)
		switch {
		case err != nil:
			c.state, c.err = broken, err
		case ok:
			c.state = holding
		default:
			c.state = failing
		}
	}
	return c.state == holding, c.err
}

// conditionFunctions are the functions that return a condition.
var conditionFunctions = map[string]bool{"Fn::Equals": true, "Fn::And": true, "Fn::Or": true, "Fn::Not": true}

// test evaluates a condition: a call of Fn::Equals, Fn::And, Fn::Or or Fn::Not,
// {Condition: name}, or in rules a call of their functions.
func (e *evaluator) test(n *node) (bool, error) {
	if n.kind == mapping && len(n.fields) == 1 && n.fields[0].key == "Condition" && n.fields[0].value.kind == scalar {
		return e.holds(n.fields[0].value.text, n.line)
	}
	if n.kind == call {
		switch n.text {
		case "Fn::Equals":
			return e.equals(n)
		case "Fn::And", "Fn::Or":
			return e.all(n, n.text == "Fn::And")
		case "Fn::Not":
			args, err := e.args(n, 1)
			if err != nil {
				return false, err
			}
			ok, err := e.test(args[0])
			return !ok, err
		case "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn":
			if e.inRules {
				return e.members(n)
			}
			return false, e.errorf(n.line, "%s may stand in Rules only", n.text)
		}
	}
	return false, e.errorf(n.line, "a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition")
}

func (e *evaluator) equals(n *node) (bool, error) {
	args, err := e.args(n, 2)
	if err != nil {
		return false, err
	}
	a, err := e.str(args[0], "a value of Fn::Equals")
	if err != nil {
		return false, err
	}
	b, err := e.str(args[1], "a value of Fn::Equals")
	return a == b, err
}

// all evaluates Fn::And and, with and false, Fn::Or, of two to ten conditions.
// One that is decisive decides, even if Lullaby lacks what another asks for.
func (e *evaluator) all(n *node, and bool) (bool, error) {
	if n.arg.kind != list || len(n.arg.items) < 2 || len(n.arg.items) > 10 {
		return false, e.errorf(n.line, "%s takes a list of 2 to 10 conditions", n.text)
	}
	var unknown error
	for _, c := range n.arg.items {
		ok, err := e.test(c)
		switch lack, lacking := errors.AsType[*Error](err); {
		case lacking && lack.Unsupported:
			unknown = cmp.Or(unknown, err)
		case err != nil:
			return false, err
		case ok != and:
			return ok, nil
		}
	}
	return and, unknown
}

// readConditions reads the Conditions section. Conditions may refer to
// parameters only, so they are not part of the graph of resources.
func (l *loader) readConditions(section *node) {
	l.conditions = make(map[string]*condition)
	for _, f := range section.entries() {
		l.conditions[f.key] = &condition{test: f.value}
	}
	for _, f := range section.entries() {
		err := l.references(f.value, func(name string, line int) error {
			_, parameter := l.parameters[name]
			if _, pseudo := l.pseudo[name]; !parameter && !pseudo {
				return l.errorf(line, "condition %s refers to %s, which is not a parameter", f.key, quote(name))
			}
			return nil
		})
		if err != nil {
			l.conditions[f.key].state, l.conditions[f.key].err = broken, err
			l.add(err)
		}
	}
}

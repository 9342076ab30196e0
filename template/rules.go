package template

import (
	"errors"
	"slices"
	"strings"
)

// The Rules section (docs/aws/templates.md#rules).

// bootstrapRule is the rule by which CDK checks the version of what it has put
// into an account. That there is none here is no news.
const bootstrapRule = "CheckBootstrapVersion"

// checkRules refuses parameters that an assertion of the Rules section refuses.
// A rule that needs a value which is on AWS only is not checked, with a warning.
func (l *loader) checkRules(section *node) {
	l.inRules = true
	defer func() { l.inRules = false }()
	for _, rule := range section.entries() {
		assertions := rule.value.get("Assertions")
		if assertions == nil || assertions.kind != list {
			l.add(l.errorf(rule.line, "rule %s: Assertions must be a list", rule.key))
			continue
		}
		if c := rule.value.get("RuleCondition"); c != nil {
			if applies, known := l.decide(rule.key, c); !applies || !known {
				continue
			}
		}
		for _, a := range assertions.items {
			l.checkAssertion(rule.key, a)
		}
	}
}

// checkAssertion refuses what an item of a rule's Assertions refuses.
func (l *loader) checkAssertion(rule string, a *node) {
	test := a.get("Assert")
	if test == nil {
		l.add(l.errorf(a.line, "rule %s: Assert is missing", rule))
		return
	}
	if holds, known := l.decide(rule, test); holds || !known {
		return
	}
	why := "its assertion does not hold"
	if d := a.get("AssertDescription"); d != nil && d.text != "" {
		why = d.text
	}
	l.add(l.errorf(a.line, "rule %s: %s", rule, why))
}

// decide evaluates a condition of a rule. known is false if it is wrong, or if
// Lullaby lacks what it asks for, of which decide warns.
func (l *loader) decide(rule string, n *node) (holds, known bool) {
	holds, err := l.test(n)
	var e *Error
	switch {
	case err == nil:
		return holds, true
	case !errors.As(err, &e) || !e.Unsupported:
		l.add(err)
	case rule != bootstrapRule:
		l.warnOf(e.Pos.Line, rule, "rule not checked: "+e.Msg)
	}
	return false, false
}

// ruleFunctions are the functions that stand in rules only, beside those of the
// Conditions section.
var ruleFunctions = map[string]bool{
	"Fn::Contains": true, "Fn::EachMemberEquals": true, "Fn::EachMemberIn": true,
	"Fn::RefAll": true, "Fn::ValueOf": true, "Fn::ValueOfAll": true,
}

// ruleFunction returns the function of rules with that name whose value is no
// condition, nil if there is none.
func (e *evaluator) ruleFunction(name string) func(*node) (*node, error) {
	switch name {
	case "Fn::RefAll":
		return e.refAll
	case "Fn::ValueOf":
		return e.valueOf
	case "Fn::ValueOfAll":
		return e.valueOfAll
	default:
		return nil
	}
}

// members evaluates Fn::Contains: [list, value], Fn::EachMemberEquals: [list,
// value] and Fn::EachMemberIn: [list, list].
func (e *evaluator) members(n *node) (bool, error) {
	args, err := e.args(n, 2)
	if err != nil {
		return false, err
	}
	all, err := e.texts(args[0], n.text)
	if err != nil {
		return false, err
	}
	if n.text == "Fn::EachMemberIn" {
		allowed, err := e.texts(args[1], n.text)
		return !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(allowed, s) }), err
	}
	value, err := e.str(args[1], "a value of "+n.text)
	if n.text == "Fn::Contains" {
		return slices.Contains(all, value), err
	}
	return !slices.ContainsFunc(all, func(s string) bool { return s != value }), err
}

// texts returns the strings of a list.
func (e *evaluator) texts(n *node, function string) ([]string, error) {
	items, err := e.list(n, "a list of "+function)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(items))
	for i, item := range items {
		if all[i], err = e.str(item, "a value of "+function); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// refAll evaluates Fn::RefAll: type, to the values of all parameters of the type.
func (e *evaluator) refAll(n *node) (*node, error) {
	if n.arg.kind != scalar {
		return nil, e.errorf(n.line, "%s takes a type of parameters, not %s", n.text, n.arg.kind)
	}
	names, err := e.parametersOf(n, n.arg.text)
	if err != nil {
		return nil, err
	}
	all := textList(nil, n.line)
	for _, name := range names {
		v, err := e.lookup(name, n.line)
		switch {
		case err != nil:
			return nil, err
		case v.kind == list:
			all.items = append(all.items, v.items...)
		default:
			all.items = append(all.items, v)
		}
	}
	return all, nil
}

// valueOf evaluates Fn::ValueOf: [parameter, attribute]. What the parameter
// names has its attributes on AWS.
func (e *evaluator) valueOf(n *node) (*node, error) {
	name, attribute, err := e.plainPair(n)
	if err != nil {
		return nil, err
	}
	p, ok := e.parameters[name]
	switch {
	case !ok:
		return nil, e.errorf(n.line, "%s: there is no parameter %s", n.text, quote(name))
	case p.err != nil:
		return nil, p.err
	case !isAWSType(elementType(p.typ)):
		return nil, e.errorf(n.line, "%s: parameter %s is of type %s, whose values have no attributes", n.text, name, p.typ)
	}
	return nil, e.unsupportedf(n.line, "%s of %s is on AWS only", attribute, name)
}

// valueOfAll evaluates Fn::ValueOfAll: [type, attribute], which is empty if no
// parameter is of the type.
func (e *evaluator) valueOfAll(n *node) (*node, error) {
	typ, attribute, err := e.plainPair(n)
	if err != nil {
		return nil, err
	}
	names, err := e.parametersOf(n, typ)
	if err != nil {
		return nil, err
	}
	if len(names) > 0 {
		return nil, e.unsupportedf(n.line, "%s of %s is on AWS only", attribute, typ)
	}
	return textList(nil, n.line), nil
}

// plainPair returns the two arguments of a call that takes no functions.
func (e *evaluator) plainPair(n *node) (first, second string, err error) {
	args, err := e.args(n, 2)
	if err != nil {
		return "", "", err
	}
	for _, a := range args {
		if a.kind != scalar {
			return "", "", e.errorf(n.line, "%s takes two plain values, not %s", n.text, a.kind)
		}
	}
	return args[0].text, args[1].text, nil
}

// parametersOf returns the names of the parameters of a type of AWS's, and of
// lists of it, sorted.
func (e *evaluator) parametersOf(n *node, typ string) ([]string, error) {
	if !isAWSType(typ) {
		return nil, e.errorf(n.line, "%s takes a type of AWS's, such as AWS::EC2::VPC::Id, not %s", n.text, quote(typ))
	}
	var names []string
	for name, p := range e.parameters {
		if elementType(p.typ) == typ {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func isAWSType(typ string) bool { return strings.HasPrefix(typ, "AWS::") }

// elementType returns the type of a parameter's values: T of T, of List<T>, and
// of AWS::SSM::Parameter::Value<T>.
func elementType(typ string) string {
	if inner, ok := strings.CutPrefix(typ, ssmType); ok {
		typ = strings.TrimSuffix(inner, ">")
	}
	if inner, ok := strings.CutPrefix(typ, "List<"); ok {
		typ = strings.TrimSuffix(inner, ">")
	}
	return typ
}

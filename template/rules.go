package template

import (
	"errors"
	"slices"
)

// checkRules refuses parameters that an assertion of the Rules section refuses
// ("Rules"). A rule that needs a value which is on AWS only, as CDK's check of
// its bootstrap version does, is not checked.
func (l *loader) checkRules(section *node) {
	for _, rule := range section.entries() {
		if c := rule.value.get("RuleCondition"); c != nil {
			holds, err := l.assertion(c)
			l.addUnlessUnknown(err)
			if err != nil || !holds {
				continue
			}
		}
		assertions := rule.value.get("Assertions")
		if assertions == nil || assertions.kind != list {
			l.add(l.errorf(rule.line, "rule %s: Assertions must be a list", rule.key))
			continue
		}
		for _, a := range assertions.items {
			test := a.get("Assert")
			if test == nil {
				l.add(l.errorf(a.line, "rule %s: Assert is missing", rule.key))
				continue
			}
			holds, err := l.assertion(test)
			l.addUnlessUnknown(err)
			if holds || err != nil {
				continue
			}
			why := "its assertion does not hold"
			if d := a.get("AssertDescription"); d != nil && d.text != "" {
				why = d.text
			}
			l.add(l.errorf(a.line, "rule %s: %s", rule.key, why))
		}
	}
}

// addUnlessUnknown adds an error, unless Lullaby alone lacks what is asked for.
func (l *loader) addUnlessUnknown(err error) {
	var e *Error
	if errors.As(err, &e) && e.Unsupported {
		return
	}
	l.add(err)
}

// assertion evaluates a condition with the functions that only rules have. One
// about parameters of a type of VPCs or the like, whose values are on AWS, is
// unsupported.
func (l *loader) assertion(n *node) (bool, error) {
	if n.kind != call {
		return l.test(n)
	}
	switch n.text {
	case "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn":
		return l.members(n)
	case "Fn::Not", "Fn::And", "Fn::Or":
		if n.arg.kind != list || len(n.arg.items) == 0 {
			return false, l.errorf(n.line, "%s takes a list of conditions", n.text)
		}
		for _, c := range n.arg.items {
			holds, err := l.assertion(c)
			switch {
			case err != nil || n.text == "Fn::Not":
				return !holds, err
			case holds == (n.text == "Fn::Or"):
				return holds, nil
			}
		}
		return n.text == "Fn::And", nil
	case "Fn::ValueOf", "Fn::ValueOfAll", "Fn::RefAll":
		return false, l.unsupportedf(n.line, "Lullaby does not evaluate %s", n.text)
	}
	return l.test(n)
}

// members evaluates Fn::Contains: [list, value], Fn::EachMemberEquals: [list,
// value] and Fn::EachMemberIn: [list, list].
func (l *loader) members(n *node) (bool, error) {
	args, err := l.args(n, 2)
	if err != nil {
		return false, err
	}
	all, err := l.texts(args[0], n.text)
	if err != nil {
		return false, err
	}
	if n.text == "Fn::EachMemberIn" {
		allowed, err := l.texts(args[1], n.text)
		return !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(allowed, s) }), err
	}
	value, err := l.str(args[1], "a value of "+n.text)
	if n.text == "Fn::Contains" {
		return slices.Contains(all, value), err
	}
	return !slices.ContainsFunc(all, func(s string) bool { return s != value }), err
}

// texts returns the strings of a list.
func (e *evaluator) texts(n *node, function string) ([]string, error) {
	if n.kind == call && (n.text == "Fn::ValueOfAll" || n.text == "Fn::RefAll") {
		return nil, e.unsupportedf(n.line, "Lullaby does not evaluate %s", n.text)
	}
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

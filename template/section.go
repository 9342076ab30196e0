package template

import "slices"

// samTransform is the macro that AWS::Serverless types need.
const samTransform = "AWS::Serverless-2016-10-31"

// languageExtensions is the macro of Fn::ForEach, Fn::Length and
// Fn::ToJsonString, which are evaluated without it too.
const languageExtensions = "AWS::LanguageExtensions"

// quotas are the largest number of entries in a section ("CloudFormation
// quotas").
var quotas = map[string]int{"Resources": 500, "Parameters": 200, "Mappings": 200, "Outputs": 200}

// sections checks the top level of a template and returns its mappings by name.
// ok is false if one cannot be read.
func (l *loader) sections() (_ map[string]*node, ok bool) {
	ok = true
	fail := func(err error) {
		l.add(err)
		ok = false
	}
	all := make(map[string]*node)
	for _, f := range l.document.fields {
		switch f.key {
		case "AWSTemplateFormatVersion":
			if f.value.kind != scalar || f.value.text != "2010-09-09" {
				l.add(l.errorf(f.line, "AWSTemplateFormatVersion can only be 2010-09-09"))
			}
		case "Transform", "Description", "Metadata":
		case "Hooks":
			l.warnf(f.line, "section %s is not honoured yet", f.key)
		case "Globals", "Rules", "Parameters", "Mappings", "Conditions", "Resources", "Outputs":
			if f.value.kind == call {
				fail(l.unsupportedf(f.value.line, "Lullaby does not evaluate %s yet", f.value.text))
				continue
			}
			if f.value.kind != mapping {
				fail(l.errorf(f.line, "section %s must be a mapping, not %s", f.key, f.value.kind))
				continue
			}
			if most := quotas[f.key]; most > 0 && len(f.value.fields) > most {
				l.add(l.errorf(f.line, "section %s has %d entries; CloudFormation takes %d", f.key, len(f.value.fields), most))
			}
			all[f.key] = f.value
		default:
			l.add(l.errorf(f.line, "a template has no section %s", quote(f.key)))
		}
	}
	l.checkTransforms()
	if len(all["Resources"].entries()) == 0 {
		if len(l.errors) == 0 {
			l.add(l.errorf(l.document.line, "a template needs at least one entry in Resources"))
		}
		return nil, false
	}
	if g := all["Globals"]; g != nil && !l.isSAM() {
		fail(l.errorf(g.line, "section Globals needs Transform: %s", samTransform))
	}
	return all, ok
}

// transforms returns the macros in the Transform section.
func (l *loader) transforms() []*node {
	n := l.document.get("Transform")
	switch {
	case n == nil:
		return nil
	case n.kind == list:
		return n.items
	default:
		return []*node{n}
	}
}

func (l *loader) isSAM() bool {
	return slices.ContainsFunc(l.transforms(), func(n *node) bool { return n.text == samTransform })
}

func (l *loader) checkTransforms() {
	for _, n := range l.transforms() {
		if n.kind != scalar && n.kind != mapping && n.kind != call {
			l.add(l.errorf(n.line, "a transform is the name of a macro, not %s", n.kind))
			continue
		}
		name := n.text
		if m := n.get("Name"); m != nil {
			name = m.text
		}
		if name != samTransform && name != languageExtensions {
			l.warnf(n.line, "transform %s is not applied", quote(name))
		}
	}
}

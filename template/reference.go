package template

import "strings"

// ref evaluates Ref: the value of a parameter or pseudo parameter, or the
// identifier of a resource.
func (e *evaluator) ref(n *node) (*node, error) {
	if n.arg.kind != scalar {
		return nil, e.errorf(n.line, "Ref takes the name of a parameter or resource, not %s", n.arg.kind)
	}
	return e.lookup(n.arg.text, n.line)
}

func (e *evaluator) lookup(name string, line int) (*node, error) {
	if v, ok := e.pseudo[name]; ok {
		return v.at(line), nil
	}
	if p, ok := e.parameters[name]; ok {
		if p.err != nil {
			return nil, p.err
		}
		if p.value == nil {
			return nil, e.unsupportedf(line, "parameter %s is in SSM: --parameter %s=...", name, name)
		}
		return p.value.at(line), nil
	}
	r, err := e.existing(name, line)
	if err != nil {
		return nil, err
	}
	id, err := e.identify(r)
	return textNode(id, line), err
}

// getAtt evaluates Fn::GetAtt: "id.attribute" or [id, attribute].
func (e *evaluator) getAtt(n *node) (*node, error) {
	id, attribute, err := e.getAttArgs(n)
	if err != nil {
		return nil, err
	}
	text, err := e.attribute(id, attribute, n.line)
	return textNode(text, n.line), err
}

// getAttArgs returns the two arguments of a GetAtt. In the list form, the
// attribute may be a Ref.
func (e *evaluator) getAttArgs(n *node) (id, attribute string, err error) {
	switch {
	case n.arg.kind == scalar:
		if id, attribute, dotted := e.splitAttribute(n.arg.text); dotted {
			return id, attribute, nil
		}
	case n.arg.kind == list && len(n.arg.items) == 2 && n.arg.items[0].kind == scalar:
		attribute, err = e.str(n.arg.items[1], "the attribute of Fn::GetAtt")
		return n.arg.items[0].text, attribute, err
	}
	return "", "", e.errorf(n.line, "Fn::GetAtt takes a resource and an attribute, as in MyTable.Arn")
}

// splitAttribute splits id.attribute at the first dot. A resource of SAM's
// whose id has a dot, such as MyApi.Stage, is not split.
func (e *evaluator) splitAttribute(name string) (id, attribute string, dotted bool) {
	if e.resources[name] != nil {
		return name, "", false
	}
	return strings.Cut(name, ".")
}

func (e *evaluator) attribute(id, name string, line int) (string, error) {
	r, err := e.existing(id, line)
	if err != nil {
		return "", err
	}
	f := r.def.attributes[name]
	switch {
	case f == nil && (r.def.skipped || r.def.definesOnly != ""):
		return e.plausible(r, name)
	case f == nil:
		return "", e.errorf(line, "%s of type %s has no attribute %s that Lullaby knows", id, r.typ, quote(name))
	}
	return f(e, r)
}

// existing returns the resource of that id, which must be in the stack.
func (e *evaluator) existing(id string, line int) (*resource, error) {
	r := e.resources[id]
	if r == nil {
		return nil, e.errorf(line, "there is no parameter or resource %s", quote(id))
	}
	if r.err != nil {
		return nil, r.err
	}
	if !r.exists {
		return nil, e.errorf(line, "%s is not in the stack: its condition %s is false", id, r.condition)
	}
	return r, nil
}

// nameOf returns the identifier of r. If that has an error, it adds the error
// to in and returns "".
func (l *loader) nameOf(r *resource, in reader) string {
	id, err := l.identify(r)
	in.stick(err)
	if err != nil {
		return ""
	}
	return id
}

// identify returns the value of Ref for a resource, by its type: of one that is not
// run the value from outside, if there is one. It is a generated name if the type
// has no rule.
func (e *evaluator) identify(r *resource) (string, error) {
	if r.identity != "" {
		return r.identity, nil
	}
	if given, ok := e.given[r.id]; ok && r.def.skipped {
		r.identity = given
		return given, nil
	}
	if r.def.ref == nil {
		r.identity = e.stack.physicalName(r.id, maxName)
		return r.identity, nil
	}
	id, err := r.def.ref(e, r)
	if err == nil {
		r.identity = id
	}
	return id, err
}

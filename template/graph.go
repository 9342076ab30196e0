package template

import (
	"errors"
	"slices"
	"strings"
)

// references calls visit for each name that a Ref, Fn::GetAtt or Fn::Sub below
// n refers to, even in values that are never read, since AWS refuses a dangling
// reference anywhere. Conditions of Fn::If must exist. It visits all names and
// joins the errors.
func (e *evaluator) references(n *node, visit func(name string, line int) error) error {
	var errs []error
	var walk func(*node)
	walk = func(n *node) {
		if n.kind == call {
			errs = append(errs, e.callReferences(n, visit))
			walk(n.arg)
		}
		for _, item := range n.items {
			walk(item)
		}
		for _, f := range n.fields {
			walk(f.value)
		}
	}
	walk(n)
	return errors.Join(errs...)
}

// callReferences visits the names in a call itself, without its arguments.
func (e *evaluator) callReferences(n *node, visit func(name string, line int) error) error {
	switch {
	case n.text == "Ref" && n.arg.kind == scalar:
		return visit(n.arg.text, n.line)
	case n.text == "Fn::GetAtt" && n.arg.kind == scalar:
		return visit(n.arg.text, n.line)
	case n.text == "Fn::GetAtt" && len(n.arg.items) > 0 && n.arg.items[0].kind == scalar:
		return visit(n.arg.items[0].text, n.line)
	case n.text == "Fn::Sub":
		all, variables, err := e.subArgs(n)
		if err != nil {
			return err
		}
		var errs []error
		for _, p := range all {
			if p.variable && variables.get(p.text) == nil {
				errs = append(errs, visit(p.text, n.line))
			}
		}
		return errors.Join(errs...)
	case n.text == "Fn::If" && len(n.arg.items) > 0 && n.arg.items[0].kind == scalar:
		if name := n.arg.items[0].text; e.conditions[name] == nil {
			return e.errorf(n.line, "there is no condition %s", quote(name))
		}
	}
	return nil
}

// An edge is the need of one resource for another.
type edge struct {
	to   string
	line int
}

// checkGraph refuses references to nothing and resources that need each other,
// as CloudFormation does. ok is false if there is a cycle, in which evaluation
// would not end.
func (l *loader) checkGraph(order []*resource) (ok bool) {
	edges := make(map[string][]edge)
	for _, r := range order {
		edges[r.id] = l.edges(r)
	}
	err := l.checkCycles(order, edges)
	l.add(err)
	return err == nil
}

// edges returns the edges of r: what its properties and DependsOn refer to.
func (l *loader) edges(r *resource) []edge {
	var all []edge
	for _, f := range r.properties.entries() {
		l.add(l.references(f.value, func(name string, line int) error {
			to, err := l.target(name, line)
			if to != "" && !r.def.leavesApart(f.key) {
				all = append(all, edge{to, line})
			}
			return err
		}))
	}
	for _, id := range r.dependsOn {
		if l.resources[id.text] == nil {
			l.add(l.errorf(id.line, "%s: DependsOn: there is no resource %s", r.id, quote(id.text)))
			continue
		}
		all = append(all, edge{id.text, id.line})
	}
	return all
}

// target returns the id of the resource that a name refers to, empty for a
// parameter.
func (e *evaluator) target(name string, line int) (string, error) {
	if _, ok := e.pseudo[name]; ok {
		return "", nil
	}
	if _, ok := e.parameters[name]; ok {
		return "", nil
	}
	id := name
	if e.resources[id] == nil {
		id, _, _ = strings.Cut(name, ".")
	}
	if e.resources[id] == nil {
		return "", e.errorf(line, "there is no parameter or resource %s", quote(id))
	}
	return id, nil
}

// checkCycles searches the edges depth first. A resource that is already on the
// path closes a cycle.
func (e *evaluator) checkCycles(order []*resource, edges map[string][]edge) error {
	done := make(map[string]bool)
	var path []string
	var walk func(id string) error
	walk = func(id string) error {
		path = append(path, id)
		for _, next := range edges[id] {
			if i := slices.Index(path, next.to); i >= 0 {
				return e.errorf(next.line, "resources need each other: %s", strings.Join(append(path[i:], next.to), " -> "))
			}
			if done[next.to] {
				continue
			}
			if err := walk(next.to); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		done[id] = true
		return nil
	}
	for _, r := range order {
		if !done[r.id] {
			if err := walk(r.id); err != nil {
				return err
			}
		}
	}
	return nil
}

package httpapi

import (
	"fmt"
	"strings"

	"lullaby/template"
)

const (
	defaultStage = "$default"
	defaultRoute = "$default"
	anyMethod    = "ANY"
)

// routes are the routes of an API. They do not change once all are added.
type routes struct {
	root     node
	fallback *endpoint // of the route $default; nil: there is none
}

// A node is a place in the tree of path segments.
type node struct {
	exact     map[string]*node
	variable  *node                // {name}, whatever its name
	greedy    map[string]*endpoint // of {name+} here, by method or anyMethod
	endpoints map[string]*endpoint // by method, or anyMethod
}

// add adds an endpoint. It returns a *template.Error with both places if there is
// one with the same method and path. Assumed: so are paths that differ in the
// names of variables alone.
func (t *routes) add(e *endpoint) error {
	if e.route.Path == defaultRoute {
		if t.fallback != nil {
			return conflict(e, t.fallback)
		}
		t.fallback = e
		return nil
	}
	n, to := &t.root, (*map[string]*endpoint)(nil)
	for part := range segments(e.route.Path) {
		name, variable := strings.CutPrefix(part, "{")
		if !variable {
			n = n.child(part)
			continue
		}
		name = strings.TrimSuffix(name, "}")
		e.names = append(e.names, strings.TrimSuffix(name, "+"))
		if strings.HasSuffix(name, "+") {
			to = &n.greedy
			break // a greedy variable is the last (docs/aws/httpapi.md#routes)
		}
		if n.variable == nil {
			n.variable = new(node)
		}
		n = n.variable
	}
	if to == nil {
		to = &n.endpoints
	}
	if first := (*to)[e.route.Method]; first != nil {
		return conflict(e, first)
	}
	if *to == nil {
		*to = make(map[string]*endpoint)
	}
	(*to)[e.route.Method] = e
	return nil
}

func (n *node) child(part string) *node {
	if n.exact == nil {
		n.exact = make(map[string]*node)
	}
	if n.exact[part] == nil {
		n.exact[part] = new(node)
	}
	return n.exact[part]
}

func conflict(e, first *endpoint) error {
	return &template.Error{
		Pos: e.route.Pos(),
		Msg: fmt.Sprintf("Route with key %s already exists for this API (%v)", e.route.Key(), first.route.Pos()),
	}
}

// find returns the endpoint of a method and path, and appends the values of the
// path's variables to values, in order. A route that matches in full comes first,
// then one with a greedy variable, then $default; at one place its own method
// comes before ANY (docs/aws/httpapi.md#routes). Assumed: of two that match in
// full, or of two with a greedy variable, that counts whose segments are exact
// further on.
func (t *routes) find(method, path string, values []string) (*endpoint, []string) {
	rest := strings.TrimPrefix(path, "/")
	if e, values := t.root.full(method, rest, path != "/", values); e != nil {
		return e, values
	}
	if e, values := t.root.longest(method, rest, values); e != nil {
		return e, values
	}
	return t.fallback, values
}

// full finds a route without a greedy variable. more says that a segment follows,
// which may be empty: a trailing slash counts (docs/aws/httpapi.md#routes). A
// variable is not empty.
func (n *node) full(method, rest string, more bool, values []string) (*endpoint, []string) {
	if !more {
		return pick(n.endpoints, method), values
	}
	segment, tail, more := strings.Cut(rest, "/")
	if child := n.exact[segment]; child != nil {
		if e, values := child.full(method, tail, more, values); e != nil {
			return e, values
		}
	}
	if n.variable != nil && segment != "" {
		return n.variable.full(method, tail, more, append(values, segment))
	}
	return nil, values
}

// longest finds the route with a greedy variable as far down as there is one. Its
// variable may be empty, behind a slash alone.
func (n *node) longest(method, rest string, values []string) (*endpoint, []string) {
	segment, tail, more := strings.Cut(rest, "/")
	if child := n.exact[segment]; child != nil && more {
		if e, values := child.longest(method, tail, values); e != nil {
			return e, values
		}
	}
	if n.variable != nil && more && segment != "" {
		if e, values := n.variable.longest(method, tail, append(values, segment)); e != nil {
			return e, values
		}
	}
	if e := pick(n.greedy, method); e != nil {
		return e, append(values, rest)
	}
	return nil, values
}

// pick returns the endpoint of a method. Assumed: HEAD is a method as any other.
func pick(of map[string]*endpoint, method string) *endpoint {
	if e := of[method]; e != nil {
		return e
	}
	return of[anyMethod]
}

// segments yields the segments of a route's path, none for the root.
func segments(path string) func(yield func(string) bool) {
	path = strings.TrimPrefix(path, "/")
	if path == "" {
		return func(func(string) bool) {}
	}
	return strings.SplitSeq(path, "/")
}

package rest

import (
	"fmt"
	"strings"

	"lullaby/template"
)

// anyMethod is the method of a route for all anyMethods for which its resource
// has no route.
const anyMethod = "ANY"

// anyMethods are the methods that ANY stands for ("Set up an HTTP method" of
// the guide).
var anyMethods = map[string]bool{
	"DELETE": true, "GET": true, "HEAD": true, "OPTIONS": true, "PATCH": true, "POST": true, "PUT": true,
}

// A node is a resource of the API: a place in the tree of path segments. It
// does not change once all routes are added.
type node struct {
	part      string       // {_id}, {proxy+} or the segment itself
	pos       template.Pos // of the first route that needs the resource
	exact     map[string]*node
	variable  *node                // the only child that is a variable
	endpoints map[string]*endpoint // by method, or anyMethod
}

// greedy reports whether the resource matches the whole rest of a path.
func (n *node) greedy() bool { return strings.HasSuffix(n.part, "+}") }

// add adds an endpoint below n. It returns a *template.Error with both places
// if AWS would refuse the route beside the others. The message about a second
// method is AWS's (github.com/serverless/serverless issue 7231).
func (n *node) add(e *endpoint) error {
	for part := range segments(e.route.Path) {
		child, err := n.child(part, e.route.Pos())
		if err != nil {
			return err
		}
		if name, variable := variableName(part); variable {
			e.names = append(e.names, name)
		}
		n = child
	}
	if first := n.endpoints[e.route.Method]; first != nil {
		return conflict(e.route.Pos(), first.route.Pos(),
			"Method already exists for this resource: %s %s", e.route.Method, e.route.Path)
	}
	if n.endpoints == nil {
		n.endpoints = make(map[string]*endpoint)
	}
	n.endpoints[e.route.Method] = e
	return nil
}

// child returns the child of n named part, and creates it if there is none. It
// returns a *template.Error if n cannot have it. The message about a second
// variable is AWS's (github.com/serverless/serverless issue 3075); the one
// about a child of a greedy variable follows "Set up a method request" of the
// guide. Assumed: CreateResource says much the same.
func (n *node) child(part string, pos template.Pos) (*node, error) {
	if n.greedy() {
		return nil, conflict(pos, n.pos, "A proxy resource cannot have any child resource: %s", n.part)
	}
	made := &node{part: part, pos: pos}
	if _, variable := variableName(part); !variable {
		if known := n.exact[part]; known != nil {
			return known, nil
		}
		if n.exact == nil {
			n.exact = make(map[string]*node)
		}
		n.exact[part] = made
		return made, nil
	}
	if n.variable == nil {
		n.variable = made
	}
	if n.variable.part != part {
		return nil, conflict(pos, n.variable.pos,
			"A sibling (%s) of this resource already has a variable path part -- only one is allowed", n.variable.part)
	}
	return n.variable, nil
}

func conflict(pos, other template.Pos, format string, args ...any) error {
	return &template.Error{Pos: pos, Msg: fmt.Sprintf(format, args...) + " (" + other.String() + ")"}
}

// find returns the endpoint of a method and path, and appends the values of the
// path's variables to values, in order. rest has no slash at either end. An
// exact segment is preferred to a variable (docs/aws/gateway.md#routes), and a
// greedy sibling does
// not match what is below an exact one ("Set up a method request" of the
// guide): the search never returns to a sibling for another path or method.
// Assumed: nor does it for a sibling {name}; a variable is never empty.
func (n *node) find(method, rest string, values []string) (*endpoint, []string) {
	for rest != "" {
		segment, tail, _ := strings.Cut(rest, "/")
		child := n.exact[segment]
		switch {
		case child != nil:
		case n.variable == nil:
			return nil, values
		case n.variable.greedy():
			return n.variable.endpoint(method), append(values, rest)
		case segment == "":
			return nil, values
		default:
			child, values = n.variable, append(values, segment)
		}
		n, rest = child, tail
	}
	return n.endpoint(method), values
}

func (n *node) endpoint(method string) *endpoint {
	if e := n.endpoints[method]; e != nil {
		return e
	}
	if anyMethods[method] {
		return n.endpoints[anyMethod]
	}
	return nil
}

// segments yields the segments of a path, none for the root.
func segments(path string) func(yield func(string) bool) {
	path = strings.Trim(path, "/")
	if path == "" {
		return func(func(string) bool) {}
	}
	return strings.SplitSeq(path, "/")
}

// variableName returns name for {name} and {name+}.
func variableName(part string) (name string, variable bool) {
	name, open := strings.CutPrefix(part, "{")
	name, closed := strings.CutSuffix(name, "}")
	return strings.TrimSuffix(name, "+"), open && closed
}

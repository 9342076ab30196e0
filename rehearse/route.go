package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/template"
)

// Methods of routes. ANY stands for all of them.
const (
	methodAny     = "ANY"
	methodGet     = "GET"
	methodHead    = "HEAD"
	methodPost    = "POST"
	methodOptions = "OPTIONS"
)

func name(r *template.Route) string { return r.Method + " " + r.Path }

// routesOf returns the routes of all APIs.
func routesOf(t *template.Template) []*template.Route {
	var all []*template.Route
	for _, a := range t.APIs {
		all = append(all, a.Routes...)
	}
	return all
}

// findRoute returns the route that METHOD PATH names: the one that is written
// so, or else the first that API Gateway would take for such a request.
func findRoute(t *template.Template, asked string) (*template.Route, error) {
	all := routesOf(t)
	method, request, _ := strings.Cut(asked, " ")
	written := slices.DeleteFunc(slices.Clone(all), func(r *template.Route) bool { return r.Path != request })
	if r := ofMethod(written, method); r != nil {
		return r, nil
	}
	for _, a := range t.APIs {
		if r := resolve(a.Routes, method, request); r != nil {
			return r, nil
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("--route: %s: no API has a route; --function plays a function without one", t.Path)
	}
	var text strings.Builder
	for _, r := range all {
		fmt.Fprintf(&text, "\n  %v: %s", r.Pos(), name(r))
	}
	return nil, fmt.Errorf("%s: no route %q, but:%s", t.Path, asked, &text)
}

// resolve returns the route that API Gateway takes for a request, nil if it
// refuses it (docs/aws/gateway.md#routes). An exact segment counts before a
// variable, and what is below one never goes back to the other.
func resolve(routes []*template.Route, method, request string) *template.Route {
	parts := segments(request)
	for i, part := range parts {
		exact, variable := branches(routes, i, part)
		switch {
		case len(exact) > 0:
			routes = exact
		case len(variable) > 0 && strings.HasSuffix(segments(variable[0].Path)[i], "+}"):
			return ofMethod(variable, method)
		default:
			routes = variable
		}
	}
	routes = slices.DeleteFunc(slices.Clone(routes), func(r *template.Route) bool { return len(segments(r.Path)) > len(parts) })
	return ofMethod(routes, method)
}

// branches returns the routes whose segment i is part, and those where it is a
// variable. An API has at most one variable at a place.
func branches(routes []*template.Route, i int, part string) (exact, variable []*template.Route) {
	for _, r := range routes {
		switch parts := segments(r.Path); {
		case i >= len(parts):
		case parts[i] == part:
			exact = append(exact, r)
		case strings.HasPrefix(parts[i], "{"):
			variable = append(variable, r)
		}
	}
	return exact, variable
}

// segments returns the segments of a path, none for the root.
func segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// ofMethod returns the route of a method, or else of ANY, nil if there is none.
func ofMethod(routes []*template.Route, method string) *template.Route {
	var found *template.Route
	for _, r := range routes {
		switch {
		case r.Method == method:
			return r
		case r.Method == methodAny && found == nil:
			found = r
		}
	}
	return found
}

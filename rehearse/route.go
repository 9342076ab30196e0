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

// findDoor returns the door that is asked for: the one of that name, or METHOD PATH that is
// written so, or else the first that its API would take for such a request.
func findDoor(t *template.Template, all []*door, asked string) (*door, error) {
	if i := slices.IndexFunc(all, func(d *door) bool { return d.name == asked }); i >= 0 {
		return all[i], nil
	}
	method, request, _ := strings.Cut(asked, " ")
	written := slices.DeleteFunc(slices.Clone(all), func(d *door) bool { return d.path != request })
	if d := ofMethod(written, method); d != nil {
		return d, nil
	}
	for _, a := range t.APIs {
		if d := resolve(behind(all, func(d *door) bool { return d.api == a }), method, request); d != nil {
			return d, nil
		}
	}
	for _, takes := range []func(doors []*door, method, request string) *door{resolveHTTP, resolveDefault} {
		for _, a := range t.HTTPAPIs {
			if d := takes(behind(all, func(d *door) bool { return d.http == a }), method, request); d != nil {
				return d, nil
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("--route: %s: no API has a route; --function plays a function without one", t.Path)
	}
	var text strings.Builder
	for _, d := range all {
		fmt.Fprintf(&text, "\n  %v: %s", d.source.Pos(), d.name)
	}
	return nil, fmt.Errorf("%s: no route %q, but:%s", t.Path, asked, &text)
}

// behind returns the doors of an API.
func behind(all []*door, is func(*door) bool) []*door {
	return slices.DeleteFunc(slices.Clone(all), func(d *door) bool { return !is(d) })
}

// resolve returns the route that a REST API takes for a request, nil if it
// refuses it (docs/aws/gateway.md#routes). An exact segment counts before a
// variable, and what is below one never goes back to the other.
func resolve(routes []*door, method, request string) *door {
	parts := segments(request)
	for i, part := range parts {
		exact, variable := branches(routes, i, part)
		switch {
		case len(exact) > 0:
			routes = exact
		case len(variable) > 0 && strings.HasSuffix(segments(variable[0].path)[i], "+}"):
			return ofMethod(variable, method)
		default:
			routes = variable
		}
	}
	routes = slices.DeleteFunc(slices.Clone(routes), func(r *door) bool { return len(segments(r.path)) > len(parts) })
	return ofMethod(routes, method)
}

// branches returns the routes whose segment i is part, and those where it is a
// variable. An API has at most one variable at a place.
func branches(routes []*door, i int, part string) (exact, variable []*door) {
	for _, r := range routes {
		switch parts := segments(r.path); {
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

// resolveHTTP returns the route that an HTTP API takes for a request, but for $default;
// nil if none does (docs/aws/httpapi.md#routes).
func resolveHTTP(routes []*door, method, request string) *door {
	parts := httpSegments(request)
	var best *door
	for _, r := range routes {
		if (r.method == method || r.method == methodAny) && takes(httpSegments(r.path), parts) &&
			(best == nil || distance(r) < distance(best)) {
			best = r
		}
	}
	return best
}

// resolveDefault returns the route $default, nil if there is none.
func resolveDefault(routes []*door, _, _ string) *door {
	i := slices.IndexFunc(routes, func(r *door) bool { return r.method == "" })
	if i < 0 {
		return nil
	}
	return routes[i]
}

// httpSegments returns the segments of a path of an HTTP API, of which one may be empty.
func httpSegments(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// takes reports whether the segments of a route take those of a request.
func takes(route, request []string) bool {
	for i, part := range route {
		switch {
		case i >= len(request):
			return false
		case strings.HasSuffix(part, "+}"):
			return true
		case strings.HasPrefix(part, "{"):
			if request[i] == "" {
				return false
			}
		case part != request[i]:
			return false
		}
	}
	return len(route) == len(request)
}

// distance returns a text that is smaller, the nearer a route is to the requests that
// it takes: one with a greedy variable is behind the others, an exact segment before a
// variable, its own method before ANY.
func distance(r *door) string {
	text := "full "
	if strings.HasSuffix(r.path, "+}") {
		text = "greedy "
	}
	for _, part := range httpSegments(r.path) {
		switch {
		case strings.HasSuffix(part, "+}"):
			text += "c"
		case strings.HasPrefix(part, "{"):
			text += "b"
		default:
			text += "a"
		}
	}
	if r.method == methodAny {
		text += " any"
	}
	return text
}

// ofMethod returns the route of a method, or else of ANY, nil if there is none.
func ofMethod(routes []*door, method string) *door {
	var found *door
	for _, r := range routes {
		switch {
		case r.method == method:
			return r
		case (r.method == methodAny || r.method == "") && found == nil:
			found = r
		}
	}
	return found
}

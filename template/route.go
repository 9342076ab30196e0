package template

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"lullaby/gateway"
)

// Bounds of an integration's timeout in milliseconds.
const (
	minIntegration = int(gateway.MinTimeout / time.Millisecond)
	maxIntegration = int(gateway.MaxTimeout / time.Millisecond)
)

// methods are API Gateway's methods. ANY stands for all others.
var methods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// pathParts matches a valid path segment of API Gateway's (CreateResource).
var pathParts = regexp.MustCompile(`^([a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$`)

// method returns the HTTP method at key. anyCase, for SAM, accepts lower case
// too.
func (r reader) method(key string, anyCase bool) string {
	given := r.required(key)
	m := given
	if anyCase {
		m = strings.ToUpper(given)
	}
	if given != "" && !slices.Contains(methods, m) {
		r.refuse(key, "must be one of %v, not %s", methods, quote(given))
	}
	return m
}

// timeout reads the timeout of an integration at key.
func (r reader) timeout(key string) time.Duration {
	return time.Duration(r.integer(key, maxIntegration, minIntegration, maxIntegration)) * time.Millisecond
}

// addRoute adds a route to an API, unless the API cannot have it beside its
// others.
func (l *loader) addRoute(a *API, route *Route) error {
	return l.place(a, route.Method, route.Path, route.at.Line, func() { a.Routes = append(a.Routes, route) })
}

// place calls add unless the API cannot have a method of a path beside its
// others.
func (l *loader) place(a *API, verb, path string, line int, add func()) error {
	if msg := pathProblem(path); msg != "" {
		return l.errorf(line, "%s %s: %s", verb, quote(path), msg)
	}
	check := func(otherVerb, other string, at int) error {
		if otherVerb == verb && other == path {
			return l.errorf(line, "%s %s of %s has a route already, on line %d", verb, quote(path), a.LogicalID, at)
		}
		if part, sibling := siblings(other, path); part != "" {
			return l.errorf(line, "%s %s: %s stands where line %d has %s; API Gateway takes one variable at a place",
				verb, quote(path), sibling, at, part)
		}
		return nil
	}
	for _, r := range a.Routes {
		if err := check(r.Method, r.Path, r.at.Line); err != nil {
			return err
		}
	}
	for _, m := range a.Mocks {
		if err := check(m.Method, m.Path, m.at.Line); err != nil {
			return err
		}
	}
	for _, f := range a.Forwards {
		if err := check(f.Method, f.Path, f.at.Line); err != nil {
			return err
		}
	}
	add()
	return nil
}

// pathProblem returns what is wrong with a path, "" if nothing is.
func pathProblem(path string) string {
	if path == "/" {
		return ""
	}
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted {
		return "a path begins with /"
	}
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		switch {
		case !pathParts.MatchString(part):
			return quote(part) + " is not a part of a path: letters, digits, . _ : and -, or a variable {name} or {name+}"
		case strings.HasSuffix(part, "+}") && i < len(parts)-1:
			return "nothing can stand below " + part
		}
	}
	return ""
}

// siblings returns the first segments in which two paths differ, if both are
// variables. API Gateway refuses such siblings, greedy ones too: "A sibling
// ({id}) of this resource already has a variable path part -- only one is
// allowed" (serverless/serverless#3075, winglang/wing#5210).
func siblings(a, b string) (partOfA, partOfB string) {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(as), len(bs)) {
		if as[i] == bs[i] {
			continue
		}
		if isVariable(as[i]) && isVariable(bs[i]) {
			return as[i], bs[i]
		}
		break
	}
	return "", ""
}

func isVariable(part string) bool { return strings.HasPrefix(part, "{") }

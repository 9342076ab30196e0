package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/capacity"
	"lullaby/template"
)

// A path is where requests go: a route, its function, and the table that the
// function calls.
type path struct {
	route     *template.Route
	function  *template.Function
	table     *template.Table
	direction capacity.Direction
}

// findPath returns the path of a route, given as METHOD PATH, to a table, given
// by its name or logical id. An empty route means the first POST route, or the
// only route. An empty table means the one that the function's environment
// names, or the only table.
func findPath(t *template.Template, route, table string) (path, error) {
	var p path
	var err error
	if p.route, err = findRoute(t, route); err != nil {
		return path{}, err
	}
	i := slices.IndexFunc(t.Functions, func(f *template.Function) bool { return f.Name == p.route.Function })
	if i < 0 {
		return path{}, fmt.Errorf("%v: %s is of the function %s, which is not in the template", p.route.Pos(), name(p.route), p.route.Function)
	}
	p.function = t.Functions[i]
	if p.table, err = findTable(t, p.function, table); err != nil {
		return path{}, err
	}
	method := p.route.Method
	if asked, _, _ := strings.Cut(route, " "); method == methodAny && asked != "" {
		method = asked
	}
	p.direction = capacity.Write
	if method == methodGet || method == methodHead {
		p.direction = capacity.Read
	}
	return p, nil
}

// Methods of routes. ANY stands for all of them.
const (
	methodAny  = "ANY"
	methodGet  = "GET"
	methodHead = "HEAD"
	methodPost = "POST"
)

func name(r *template.Route) string { return r.Method + " " + r.Path }

func findRoute(t *template.Template, asked string) (*template.Route, error) {
	var all []*template.Route
	for _, a := range t.APIs {
		all = append(all, a.Routes...)
	}
	method, pattern, _ := strings.Cut(asked, " ")
	fits := func(r *template.Route) bool {
		return r.Path == pattern && (r.Method == method || r.Method == methodAny)
	}
	if asked == "" {
		fits = func(r *template.Route) bool { return r.Method == methodPost || len(all) == 1 }
	}
	if i := slices.IndexFunc(all, fits); i >= 0 {
		return all[i], nil
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no API has a route", t.Path)
	}
	var text strings.Builder
	for _, r := range all {
		fmt.Fprintf(&text, "\n  %v: %s", r.Pos(), name(r))
	}
	if asked == "" {
		return nil, fmt.Errorf("%s: none of its routes is a POST, so say which one with --route:%s", t.Path, &text)
	}
	return nil, fmt.Errorf("%s: no route %q, but:%s", t.Path, asked, &text)
}

func findTable(t *template.Template, f *template.Function, asked string) (*template.Table, error) {
	fits := func(table *template.Table) bool { return refers(f, table) }
	switch {
	case len(t.Tables) == 0:
		return nil, fmt.Errorf("%s: there is no table to rehearse", t.Path)
	case asked != "":
		fits = func(table *template.Table) bool { return table.Name == asked || table.LogicalID == asked }
	case len(t.Tables) == 1:
		return t.Tables[0], nil
	}
	var fitting []*template.Table
	var text strings.Builder
	for _, table := range t.Tables {
		if fits(table) {
			fitting = append(fitting, table)
		}
		fmt.Fprintf(&text, "\n  %v: %s", table.Pos(), table.LogicalID)
	}
	switch {
	case len(fitting) == 1:
		return fitting[0], nil
	case asked != "":
		return nil, fmt.Errorf("%s: no table %q, but:%s", t.Path, asked, &text)
	case len(fitting) == 0:
		return nil, fmt.Errorf("%v: the environment of %s names no table, so say which one it calls with --table:%s", f.Pos(), f.LogicalID, &text)
	}
	return nil, fmt.Errorf("%v: the environment of %s names %d tables, so say which one it calls with --table:%s",
		f.Pos(), f.LogicalID, len(fitting), &text)
}

// refers reports whether a variable of the function is the name or ARN of the
// table.
func refers(f *template.Function, t *template.Table) bool {
	for _, value := range f.Environment {
		if value == t.Name || strings.HasPrefix(value, "arn:") && strings.HasSuffix(value, ":table/"+t.Name) {
			return true
		}
	}
	return false
}

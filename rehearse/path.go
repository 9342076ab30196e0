package rehearse

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lullaby/capacity"
	"lullaby/template"
)

// A path is where requests go: a route, its function, the table that the function
// calls, and the queue to which it sends when the table has let it.
type path struct {
	door      *door // nil: clients invoke the function itself
	function  *template.Function
	table     *template.Table // nil: only if there is a queue
	direction capacity.Direction
	queue     *template.Queue // nil: none
	assumed   []string        // what neither the template nor the options say
	traffic   Traffic
	phases    []phase // of the traffic
}

// findPath returns the path that the options choose, as far as they do. It takes
// the rest from the template: a function that names a table or sends to a queue
// before others, a route before a function alone, a POST before other methods, the first in the
// file before later ones.
func findPath(t *template.Template, doors []*door, o *Options) (path, error) {
	switch {
	case len(t.Functions) == 0:
		return path{}, fmt.Errorf("%s: there is no function to rehearse", t.Path)
	case len(t.Tables) == 0:
		return path{}, fmt.Errorf("%s: there is no table to rehearse", t.Path)
	}
	all, err := candidates(t, doors, o)
	if err != nil {
		return path{}, err
	}
	if err := checkTable(t, o.Table); err != nil {
		return path{}, err
	}
	chosen := slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.order, b.order))
	})
	p := path{door: chosen.door, function: chosen.function, traffic: o.Traffic}
	p.assumeRoute(o)
	p.assumeKey(t)
	p.assumeAuthorizer()
	p.findQueue(chosen.queues)
	p.findTable(t, o, chosen.uses)
	p.direction = direction(&chosen, o)
	return p, nil
}

// A candidate is a door with its function, or a function alone.
type candidate struct {
	door     *door // nil: the function alone
	function *template.Function
	uses     []template.Grant // tables that the function names; only the asked one if one is asked for
	queues   []*template.Queue
	order    int // in the file; functions alone come last
}

// candidates returns what the options leave to choose from, at least one. The
// error lists what there is.
func candidates(t *template.Template, doors []*door, o *Options) ([]candidate, error) {
	if o.Function != "" && functionOf(t, o.Function) == nil {
		return nil, fmt.Errorf("--function: %s has no function %q, but:%s", t.Path, o.Function, listFunctions(t))
	}
	var all []candidate
	add := func(d *door, f *template.Function) {
		if f == nil || o.Function != "" && f.LogicalID != o.Function && f.Name != o.Function {
			return
		}
		all = append(all, candidate{door: d, function: f, uses: usesOf(t, f, o), queues: sendsTo(t, f), order: len(all)})
	}
	if o.Route != "" {
		d, err := findDoor(t, doors, o.Route)
		if err != nil {
			return nil, err
		}
		f := functionOf(t, d.function)
		if f == nil {
			return nil, fmt.Errorf("%v: %s is of the function %s, which is not in the template", d.source.Pos(), d.name, d.function)
		}
		if add(d, f); len(all) == 0 {
			return nil, fmt.Errorf("--function: %s is of the function %s, not of %s", d.name, f.LogicalID, o.Function)
		}
		return all, nil
	}
	routed := map[string]bool{}
	for _, d := range doors {
		if d.method != methodOptions { // of a web page's browser, before its request
			add(d, functionOf(t, d.function))
			routed[d.function] = true
		}
	}
	for _, f := range t.Functions {
		if !routed[f.Name] {
			add(nil, f)
		}
	}
	return all, nil
}

// preferred are methods, those first that are more likely to reach a table's
// limits: what creates items, then what changes them, then what reads.
var preferred = []string{methodPost, methodAny, "PUT", "PATCH", "DELETE", methodGet, methodHead}

// rank returns a smaller number for a better candidate.
func (c *candidate) rank() int {
	rank := 0
	if len(c.uses) == 0 && len(c.queues) == 0 {
		rank += 100
	}
	switch {
	case c.door == nil:
		return rank + 50
	case c.door.method == "":
		return rank + slices.Index(preferred, methodAny)
	}
	return rank + slices.Index(preferred, c.door.method)
}

// assumeRoute notes what was assumed about the route.
func (p *path) assumeRoute(o *Options) {
	switch {
	case p.door == nil && o.Function == "":
		p.assume("no route leads to a table, so %s is invoked itself", p.function.LogicalID)
	case p.door == nil:
		p.assume("no route leads to %s, so it is invoked itself", p.function.LogicalID)
	case o.Route == "" && (p.door.method == methodAny || p.door.method == ""):
		p.assume("%s is asked with POST", p.door.name)
	case o.Route == "" && p.door.method != methodPost:
		p.assume("no POST leads to a table, so %s is played", p.door.name)
	}
}

func (p *path) assume(format string, args ...any) {
	p.assumed = append(p.assumed, fmt.Sprintf(format, args...))
}

// direction returns whether requests read or write. Assumed: GET and HEAD read an
// item, other methods write one; so does a function alone, unless it may only
// read.
func direction(c *candidate, o *Options) capacity.Direction {
	if c.door == nil {
		if len(c.uses) > 0 && c.uses[0].Read && !c.uses[0].Write {
			return capacity.Read
		}
		return capacity.Write
	}
	method := c.door.method
	if asked, _, found := strings.Cut(o.Route, " "); found {
		method = asked
	}
	if method == methodGet || method == methodHead {
		return capacity.Read
	}
	return capacity.Write
}

// functionOf returns the function with a physical name or a logical id, nil if
// there is none.
func functionOf(t *template.Template, id string) *template.Function {
	for _, f := range t.Functions {
		if f.Name == id || f.LogicalID == id {
			return f
		}
	}
	return nil
}

func listFunctions(t *template.Template) string {
	var text strings.Builder
	for _, f := range t.Functions {
		fmt.Fprintf(&text, "\n  %v: %s", f.Pos(), f.LogicalID)
	}
	return text.String()
}

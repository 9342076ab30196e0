package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"lullaby/template"
)

// loadTemplate loads the template at a path, or in the directory there, and prints
// its warnings, also those of one that does not load.
func loadTemplate(path string, o template.Options) (*template.Template, error) {
	file, err := template.Find(path)
	if err != nil {
		return nil, err
	}
	t, err := template.Load(file, o)
	for _, w := range template.WarningsOf(t, err) {
		fmt.Fprintf(os.Stderr, "warning: %v\n", w)
	}
	return t, err
}

// printRoutes prints the routes of all APIs and the function URLs, and starts nothing.
func (c *upCommand) printRoutes(w io.Writer) error {
	t, err := loadTemplate(c.Template, template.Options{Parameters: c.Parameter, Exports: c.Export})
	if err != nil {
		return err
	}
	for _, a := range t.APIs {
		fmt.Fprintln(w, a.LogicalID)
		writeRoutes(w, "  ", t, a.Routes, a.Forwards)
	}
	for _, a := range t.HTTPAPIs {
		fmt.Fprintln(w, a.LogicalID)
		writeRoutes(w, "  ", t, a.Routes, nil)
	}
	for _, u := range t.URLs {
		fmt.Fprintln(w, u.LogicalID)
		writeURL(w, "  ", t, u)
	}
	return nil
}

// writeRoutes writes a line for each route of an API: its method, its path, the
// logical id of its function or the URL of its endpoint, and what it asks of requests.
// The route $default has no method.
func writeRoutes(w io.Writer, indent string, t *template.Template, routes []*template.Route, forwards []*template.Forward) {
	width := 0
	for _, r := range routes {
		if r.Method != "" {
			width = max(width, len(r.Method)+1)
		}
	}
	for _, f := range forwards {
		width = max(width, len(f.Method)+1)
	}
	write := func(method, path, to string, g template.Gate) {
		if method != "" {
			method = fmt.Sprintf("%-*s", width, method)
		}
		fmt.Fprintf(w, "%s%s%s -> %s%s\n", indent, method, path, to, conditions(g))
	}
	for _, r := range routes {
		write(r.Method, r.Path, logicalID(t, r.Function), r.Gate)
	}
	for _, f := range forwards {
		write(f.Method, f.Path, f.URL, f.Gate)
	}
}

// conditions returns what a method or route asks of a request, with a comma before each.
func conditions(g template.Gate) string {
	text := ""
	if g.KeyRequired {
		text = ", with an API key"
	}
	switch a := g.Authorization; {
	case a == nil:
	case a.Authorizer == nil:
		text += ", signed"
	default:
		text += ", asks " + a.Authorizer.Name
	}
	return text
}

// writeKeys writes a line for each API key that the template gives no value: what
// clients send in x-api-key. It keeps the values of others to itself.
func writeKeys(w io.Writer, t *template.Template) {
	keys := madeKeys(t)
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		fmt.Fprintf(w, "key   %s = %s\n", id, keys[id])
	}
}

// madeKeys returns the API keys that a template gives no value, by their logical
// ids.
func madeKeys(t *template.Template) map[string]string {
	all := make(map[string]string)
	if t == nil {
		return all
	}
	for _, k := range t.APIKeys {
		if k.Generated && k.Enabled {
			all[k.LogicalID] = k.Value
		}
	}
	return all
}

// writeURL writes the line of a function URL: its function, and whether it asks for
// a signature.
func writeURL(w io.Writer, indent string, t *template.Template, u *template.FunctionURL) {
	signed := ""
	if u.IAM {
		signed = ", signed"
	}
	fmt.Fprintf(w, "%sfunction URL -> %s%s\n", indent, logicalID(t, u.Function), signed)
}

// writeQueues writes a line for each event source mapping of a template, or two if
// they do not fit one of a terminal: the name of its queue, the logical id of its
// function, and whether it waits to be enabled.
func writeQueues(w io.Writer, t *template.Template) {
	for _, m := range t.EventSourceMappings {
		name := m.EventSourceARN[strings.LastIndexByte(m.EventSourceARN, ':')+1:]
		to := "-> " + logicalID(t, m.FunctionName)
		if !m.Settings.IsEnabled() {
			to += ", disabled"
		}
		gap := " "
		if len("queue ")+len(name)+len(gap)+len(to) > columns {
			gap = "\n      "
		}
		fmt.Fprintf(w, "queue %s%s%s\n", name, gap, to)
	}
}

// columns is how wide a terminal is at least.
const columns = 80

// logicalID returns the logical id of the function of a name, or the name if the
// function is not of the template.
func logicalID(t *template.Template, function string) string {
	for _, f := range t.Functions {
		if f.Name == function {
			return f.LogicalID
		}
	}
	return function
}

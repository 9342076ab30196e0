package main

import (
	"fmt"
	"io"
	"os"
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

// printRoutes prints the routes of all APIs, and starts nothing.
func (c *upCommand) printRoutes(w io.Writer) error {
	t, err := loadTemplate(c.Template, template.Options{Parameters: c.Parameter, Exports: c.Export})
	if err != nil {
		return err
	}
	for _, a := range t.APIs {
		fmt.Fprintln(w, a.LogicalID)
		writeRoutes(w, "  ", t, a)
	}
	return nil
}

// writeRoutes writes a line for each route of an API: its method, its path, and the
// logical id of its function.
func writeRoutes(w io.Writer, indent string, t *template.Template, a *template.API) {
	width := 0
	for _, r := range a.Routes {
		width = max(width, len(r.Method))
	}
	for _, r := range a.Routes {
		fmt.Fprintf(w, "%s%-*s %s -> %s\n", indent, width, r.Method, r.Path, logicalID(t, r.Function))
	}
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

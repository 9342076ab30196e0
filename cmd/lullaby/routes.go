package main

import (
	"fmt"
	"io"
	"os"

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
	ids := make(map[string]string, len(t.Functions))
	for _, f := range t.Functions {
		ids[f.Name] = f.LogicalID
	}
	width := 0
	for _, r := range a.Routes {
		width = max(width, len(r.Method))
	}
	for _, r := range a.Routes {
		function := ids[r.Function]
		if function == "" {
			function = r.Function // not of this template
		}
		fmt.Fprintf(w, "%s%-*s %s -> %s\n", indent, width, r.Method, r.Path, function)
	}
}

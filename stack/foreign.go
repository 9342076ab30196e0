package stack

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/template"
	"lullaby/wire"
)

// foreignCalls says which services the functions of t may call that the stack lacks, and
// where their calls go: a line for each place, and one for those that go nowhere.
func foreignCalls(t *template.Template, forwards []wire.Forward) []string {
	places := map[string]string{} // URLs by service; of all others under ""
	for _, f := range forwards {
		places[f.Service] = f.URL.String()
	}
	var services []string
	for _, f := range t.Functions {
		services = append(services, f.Services...)
	}
	slices.Sort(services)
	called := map[string][]string{} // services by URL; those that go nowhere under ""
	for _, name := range slices.Compact(services) {
		to, named := places[name]
		if !named {
			to = places[""]
		}
		if !wire.Has(name) {
			called[to] = append(called[to], name)
		}
	}
	lines := make([]string, 0, len(called))
	for to, names := range called {
		where := "--forward URL sends them to another endpoint."
		if to != "" {
			where = "their calls go to " + to + "."
		}
		lines = append(lines, fmt.Sprintf("Functions may call %s, which Lullaby does not have: %s", strings.Join(names, ", "), where))
	}
	slices.Sort(lines)
	return lines
}

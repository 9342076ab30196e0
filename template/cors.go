package template

import (
	"maps"
	"slices"
	"strings"
)

// What SAM makes of an API's Cors: a preflight answer for each path
// (docs/aws/templates.md#cors).

// addPreflights adds a MOCK of OPTIONS to each path of the APIs that have Cors,
// unless the path has OPTIONS already. All routes are known.
func (l *loader) addPreflights() {
	for _, a := range l.t.APIs {
		r := l.resources[a.LogicalID]
		if r == nil || r.typ != typeServerlessAPI || r.properties.get("Cors") == nil {
			continue
		}
		in := l.reader(r.id+": ", r.line, r.properties)
		headers := l.corsHeaders(in)
		l.add(*in.err)
		if headers == nil {
			continue
		}
		byPath := make(map[string][]string)
		for _, route := range a.Routes {
			byPath[route.Path] = append(byPath[route.Path], route.Method)
		}
		for _, m := range a.Mocks {
			byPath[m.Path] = append(byPath[m.Path], m.Method)
		}
		for _, f := range a.Forwards {
			byPath[f.Path] = append(byPath[f.Path], f.Method)
		}
		for _, path := range slices.Sorted(maps.Keys(byPath)) {
			if slices.Contains(byPath[path], "OPTIONS") {
				continue
			}
			own := maps.Clone(headers)
			if own["Access-Control-Allow-Methods"] == "" {
				own["Access-Control-Allow-Methods"] = allowedMethods(byPath[path])
			}
			gate := Gate{KeyRequired: l.keyed[a].preflights}
			if guard := l.guards[a.ID]; guard.preflights {
				gate.Authorization = guard.standard
			}
			a.Mocks = append(a.Mocks, &Mock{
				Source: At(l.pos(in.lineOf("Cors"))), Gate: gate, Method: "OPTIONS", Path: path, Status: 200, Headers: own, Body: "{}\n",
			})
		}
	}
}

// corsHeaders returns the headers of preflights, nil if Cors has no value.
func (l *loader) corsHeaders(in reader) map[string]string {
	v := in.value("Cors")
	if v == nil {
		return nil
	}
	fixed := func(in reader, key, fallback string) string {
		text := in.text(key, fallback)
		value, quoted := unquoted(text)
		if !quoted && text != "" && *in.err == nil {
			l.warnOf(in.lineOf(key), strings.TrimSuffix(in.label, ": "), "AWS takes a value of Cors in quotes only, as in \"'*'\"")
		}
		return value
	}
	if v.kind == scalar {
		return map[string]string{"Access-Control-Allow-Origin": fixed(in, "Cors", "")}
	}
	cors := in.under("Cors")
	cors.only("AllowCredentials AllowHeaders AllowMethods AllowOrigin MaxAge")
	headers := map[string]string{"Access-Control-Allow-Origin": fixed(cors, "AllowOrigin", "'*'")}
	for key, name := range map[string]string{"AllowHeaders": "Headers", "AllowMethods": "Methods"} {
		if value := fixed(cors, key, ""); value != "" {
			headers["Access-Control-Allow-"+name] = value
		}
	}
	if age := fixed(cors, "MaxAge", ""); age != "" {
		headers["Access-Control-Max-Age"] = age
	}
	if cors.text("AllowCredentials", "false") == "true" {
		headers["Access-Control-Allow-Credentials"] = "true"
	}
	return headers
}

// allowedMethods returns the methods of a path with OPTIONS, all if it has ANY.
func allowedMethods(of []string) string {
	all := append([]string{"OPTIONS"}, of...)
	if slices.Contains(of, "ANY") {
		all = slices.Clone(methods[1:])
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ",")
}

package template

import (
	"maps"
	"slices"
	"strings"
	"time"

	"lullaby/gateway"
)

// Routes of HTTP APIs, and what a stage sets for them
// (docs/aws/templates.md#routes-of-http-apis).

// defaultRoute is the key of the route for what no other route takes.
const defaultRoute = "$default"

// Formats of the event that a function gets.
const (
	payload1 = "1.0"
	payload2 = "2.0"
)

// Key returns what tells the route from the API's others: METHOD PATH, or $default.
func (r *Route) Key() string {
	if r.Method == "" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// routeKey sets the method and the path of a route from its key.
func (r reader) routeKey(key string, of *Route) {
	text := r.required(key)
	verb, path, spaced := strings.Cut(text, " ")
	switch {
	case text == "":
	case text == defaultRoute:
		of.Path = defaultRoute
	case !spaced || !slices.Contains(methods, verb) || !strings.HasPrefix(path, "/"):
		r.refuse(key, `%s: The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"`,
			quote(text))
	default:
		of.Method, of.Path = verb, path
	}
}

// payload returns the format of an integration's event at key. If fallback is empty,
// it must be present.
func (r reader) payload(key, fallback string) string {
	if fallback == "" && r.n.get(key) == nil {
		r.wrong(r.label+key, r.e.errorf(r.line, "%s%s is a required parameter for integration", r.label, key))
		return ""
	}
	return r.oneOf(key, fallback, payload1, payload2)
}

// httpTimeout reads the timeout of an HTTP API's integration at key.
func (r reader) httpTimeout(key string) time.Duration {
	const longest = int(gateway.MaxHTTPTimeout / time.Millisecond)
	return time.Duration(r.integer(key, longest, minIntegration, longest)) * time.Millisecond
}

// addHTTPRoute adds a route to an HTTP API, unless the API cannot have it beside its
// others.
func (l *loader) addHTTPRoute(a *HTTPAPI, route *Route) error {
	l.hasOnAWS(a, route.Key())
	if !validHTTPPath(route.Path) {
		return l.errorf(route.at.Line, "%s: One or more path parts appear to be invalid", route.Key())
	}
	for _, other := range a.Routes {
		if other.Key() == route.Key() {
			return l.errorf(route.at.Line, "Route with key %s already exists for this API, %s, on line %d", route.Key(), a.LogicalID, other.at.Line)
		}
		if one, two := siblings(other.Path, route.Path); one != "" && greedy(one) == greedy(two) && other.Method == route.Method {
			return l.errorf(route.at.Line, "The provided route key %q has a conflicting variable on the same hierarchical level as %q, on line %d",
				route.Key(), other.Key(), other.at.Line)
		}
	}
	a.Routes = append(a.Routes, route)
	return nil
}

func greedy(part string) bool { return strings.HasSuffix(part, "+}") }

// validHTTPPath reports whether a path is one of a route: a variable is a whole part,
// and nothing stands below a greedy one. Assumed: other characters are free.
func validHTTPPath(path string) bool {
	if path == defaultRoute {
		return true
	}
	rest, rooted := strings.CutPrefix(path, "/")
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		if strings.ContainsAny(part, "{}") && !pathParts.MatchString(part) || greedy(part) && i < len(parts)-1 {
			return false
		}
	}
	return rooted
}

// A routeSetting is what a stage sets for a route.
type routeSetting struct {
	limits *gateway.MethodLimits // nil: no throttle
	n      *node
	line   int
}

// routeSettings are the keys of DefaultRouteSettings, and of each value of
// RouteSettings.
var routeSettings = properties{
	honoured: "ThrottlingBurstLimit ThrottlingRateLimit",
	later:    "DetailedMetricsEnabled",
	silent:   "DataTraceEnabled LoggingLevel",
}

// routeSetting reads the settings of a route, or of all.
func (l *loader) routeSetting(a *HTTPAPI, in reader, line int) routeSetting {
	l.checkProperties(a.LogicalID, in.n, routeSettings)
	s := routeSetting{n: in.n, line: line}
	if limits, set := in.limits("ThrottlingRateLimit", "ThrottlingBurstLimit"); set {
		s.limits = &limits
	}
	return s
}

// readRouteSettings reads DefaultRouteSettings and RouteSettings of a stage. The key
// "" is that of all routes.
func (l *loader) readRouteSettings(a *HTTPAPI, stage reader) {
	if l.routes[a] == nil {
		l.routes[a] = make(map[string]routeSetting)
	}
	if in := stage.under("DefaultRouteSettings"); in.n != nil {
		l.routes[a][""] = l.routeSetting(a, in, in.line)
	}
	all := stage.under("RouteSettings")
	for _, f := range all.n.entries() {
		if in := all.under(f.key); in.n != nil {
			l.routes[a][f.key] = l.routeSetting(a, in, f.line)
		}
	}
}

// eventSettings sets what an event of SAM's sets for its route, over what its API sets
// for all. The API's own setting for the route goes first.
func (l *loader) eventSettings(a *HTTPAPI, key string, in reader) {
	if _, own := l.routes[a][key]; own {
		return
	}
	line := in.line
	if all := l.routes[a][""].n; all != nil {
		in.n = merge(all, in.n)
	}
	l.routes[a][key] = l.routeSetting(a, in, line)
}

// anyKey stands for the routes of a document that is not on this machine.
const anyKey = "*"

// hasOnAWS notes that an HTTP API has a route on AWS, which may be left out here.
func (l *loader) hasOnAWS(a *HTTPAPI, key string) {
	if l.keys[a] == nil {
		l.keys[a] = make(map[string]bool)
	}
	l.keys[a][key] = true
}

// checkSettings refuses settings of a route that an HTTP API has not.
func (l *loader) checkSettings(a *HTTPAPI) {
	for _, key := range slices.Sorted(maps.Keys(l.routes[a])) {
		if key != "" && !l.keys[a][key] && !l.keys[a][anyKey] {
			l.add(l.errorf(l.routes[a][key].line, "%s: Unable to find Route by key %s within the provided RouteSettings", a.LogicalID, key))
		}
	}
}

// limitRoutes gives the routes of an HTTP API the throttles of its stage.
func (l *loader) limitRoutes(a *HTTPAPI) {
	for _, r := range a.Routes {
		s, own := l.routes[a][r.Key()]
		if !own {
			s = l.routes[a][""]
		}
		if r.Limits = s.limits; s.limits != nil {
			r.apart = maps.Clone(r.apart)
			if r.apart == nil {
				r.apart = make(map[string]*node)
			}
			r.apart["Limits"] = s.n
		}
	}
}

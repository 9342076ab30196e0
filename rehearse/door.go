package rehearse

import (
	"time"

	"lullaby/gateway"
	"lullaby/template"
)

// A door is where clients send their requests: a route of an API, or a function URL. A
// nil door is Lambda's Invoke.
type door struct {
	api  *template.API     // or
	http *template.HTTPAPI // or
	url  *template.FunctionURL

	name     string        // METHOD PATH, $default, or the logical id of a function URL
	method   string        // ANY and empty: all
	path     string        // $default and the logical id too
	function string        // physical name
	timeout  time.Duration // how long clients wait at most; 0: as long as the function may take
	limits   *gateway.MethodLimits
	source   *template.Source
}

// doorsOf returns the doors of a template, those of REST APIs first.
func doorsOf(t *template.Template) (all []*door) {
	route := func(d door, r *template.Route) {
		d.name, d.method, d.path, d.function = r.Key(), r.Method, r.Path, r.Function
		d.timeout, d.limits, d.source = r.Timeout, r.Limits, &r.Source
		all = append(all, &d)
	}
	for _, a := range t.APIs {
		for _, r := range a.Routes {
			route(door{api: a}, r)
		}
	}
	for _, a := range t.HTTPAPIs {
		for _, r := range a.Routes {
			route(door{http: a}, r)
		}
	}
	for _, u := range t.URLs {
		all = append(all, &door{url: u, name: u.LogicalID, path: u.LogicalID, function: u.Function, source: &u.Source})
	}
	return all
}

// of returns the logical id of the API or function URL.
func (d *door) of() string {
	switch {
	case d.http != nil:
		return d.http.LogicalID
	case d.url != nil:
		return d.url.LogicalID
	default:
		return d.api.LogicalID
	}
}

// status returns the status with which it answers a refusal of its own: an HTTP API
// 503 where a REST API has 500 and 504, and a function URL what Lambda says of a
// throttle.
func (d *door) status(r gateway.Refusal) int {
	switch {
	case d.http != nil && r != gateway.Throttled:
		return statusOfHTTP
	case d.url != nil:
		return statusOfLambda
	default:
		return r.Status()
	}
}

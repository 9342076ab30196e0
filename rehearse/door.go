package rehearse

import (
	"time"

	"lullaby/gateway"
	"lullaby/instant"
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
	asks     *template.Authorization // of clients; nil: nothing
	source   *template.Source
}

// doorsOf returns the doors of a template, those of REST APIs first.
func doorsOf(t *template.Template) (all []*door) {
	route := func(d door, r *template.Route) {
		d.name, d.method, d.path, d.function = r.Key(), r.Method, r.Path, r.Function
		d.timeout, d.limits, d.asks, d.source = r.Timeout, r.Limits, r.Authorization, &r.Source
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

// status returns the status with which it answers a refusal of its own.
func (d *door) status(r gateway.Refusal) int {
	switch {
	case d.http != nil:
		return r.HTTP().Status
	case d.url != nil:
		return r.URL().Status
	default:
		return r.Status()
	}
}

// A measure records an answer, as the meters of gateway do.
type measure func(at instant.Instant, status int, took, integration time.Duration)

// measure returns what records the answers of a door, nil if no alarm looks at it.
// Assumed: the bodies of a request and its answer have bytes together.
func (d *door) measure(m *metering, bytes int64) measure {
	switch {
	case d == nil:
	case d.http != nil:
		if of := kept(m, func() *gateway.HTTPMeter { return gateway.NewHTTPMeter(m, d.http.ID, d.http.Stage) }); of != nil {
			return func(at instant.Instant, status int, took, integration time.Duration) {
				of.Answer(at, status, took, integration, int(bytes))
			}
		}
	case d.url != nil:
		if of := kept(m, func() *gateway.URLMeter { return gateway.NewURLMeter(m, d.url.Function) }); of != nil {
			return func(at instant.Instant, status int, took, _ time.Duration) { of.Answer(at, status, took) }
		}
	default:
		if of := kept(m, func() *gateway.Meter { return gateway.NewMeter(m, d.api.Name, d.api.Stage) }); of != nil {
			return of.Answer
		}
	}
	return nil
}

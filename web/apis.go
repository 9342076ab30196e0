package web

import (
	"context"

	"lullaby/instant"
	"lullaby/template"
	"lullaby/watch"
)

// An API is an API of the template, or a function URL. Make one with RESTAPI,
// HTTPAPI or FunctionURL.
type API struct {
	name, stage, url string
	routes           []Route
	metrics          apiMetrics
}

// apiMetrics are where the metrics of an API are.
type apiMetrics struct {
	namespace                                     string
	dimension                                     watch.Dimension
	requests, clientErrors, serverErrors, latency string
}

// RESTAPI returns a REST API that answers at a URL.
func RESTAPI(a *template.API, url string) API {
	return API{a.Name, a.Stage, url, routesOf(a.Routes), apiMetrics{
		"AWS/ApiGateway", watch.Dimension{Name: "ApiName", Value: a.Name}, "Count", "4XXError", "5XXError", "Latency",
	}}
}

// HTTPAPI returns an HTTP API that answers at a URL.
func HTTPAPI(a *template.HTTPAPI, url string) API {
	return API{a.Name, a.Stage, url, routesOf(a.Routes), apiMetrics{
		"AWS/ApiGateway", watch.Dimension{Name: "ApiId", Value: a.ID}, "Count", "4xx", "5xx", "Latency",
	}}
}

// FunctionURL returns a function URL that answers at a URL here. It is shown under
// the name of its function, with one route.
func FunctionURL(u *template.FunctionURL, url string) API {
	return API{u.Function, "", url, []Route{{anyMethod, "/", u.Function}}, apiMetrics{
		"AWS/Lambda", watch.Dimension{Name: "FunctionName", Value: u.Function}, "UrlRequestCount", "Url4xxCount", "Url5xxCount", "UrlRequestLatency",
	}}
}

// anyMethod is the method of a route that takes all.
const anyMethod = "ANY"

// routesOf returns routes as the page shows them. The route $default takes any
// method, and is tried at the root.
func routesOf(routes []*template.Route) []Route {
	shown := make([]Route, len(routes))
	for i, r := range routes {
		shown[i] = Route{r.Method, r.Path, r.Function}
		if r.Method == "" {
			shown[i] = Route{anyMethod, "/", r.Function}
		}
	}
	return shown
}

// An APIState is an API as the page shows it. Points are sums of a minute, of Latency
// averages in milliseconds.
type APIState struct {
	Name, Stage, URL                      string
	Routes                                []Route
	Count, ClientErrors, ServerErrors, Ms Points
}

// A Route is a route of an API.
type Route struct{ Method, Path, Function string }

func (s *Server) apis(_ context.Context, now instant.Instant, state *State) error {
	for _, a := range s.services.APIs {
		m := a.metrics
		r := reading{s: s, now: now, namespace: m.namespace, dimensions: []watch.Dimension{m.dimension}}
		state.APIs = append(state.APIs, APIState{
			Name: a.name, Stage: a.stage, URL: a.url, Routes: a.routes,
			Count: r.points(m.requests, "Sum"), ClientErrors: r.points(m.clientErrors, "Sum"), ServerErrors: r.points(m.serverErrors, "Sum"),
			Ms: r.points(m.latency, "Average"),
		})
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

package httpapi

import (
	"cmp"
	"sync/atomic"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/internal/arn"
	"lullaby/template"
)

// An endpoint is a route, or a function URL, with the parts of its events that
// are the same for every request, as JSON text.
type endpoint struct {
	route    *template.Route // nil: a function URL's
	function string          // its physical name
	version  string          // of the event's format: 1.0 or 2.0
	throttle *edge.Throttle  // nil: the stage sets none
	names    []string        // of the path's variables, in order
	timeout  time.Duration

	domain    string // if the request names no host, or always of a function URL
	ofURL     bool
	head      string // of the event, up to the value of the path
	context   string // of requestContext: accountId and apiId
	place     string // of requestContext: route and stage
	variables string // stageVariables, with its comma; in format 2.0 empty if there are none

	asked *endpoint // as the route's authorizer gets it, which has a format of its own; nil: no function is asked

	warned atomic.Bool // a malformed result was logged
}

// newEndpoint returns the endpoint of a route.
func newEndpoint(api *template.HTTPAPI, route *template.Route, o *Options) *endpoint {
	e := newEndpointOf(api, route, cmp.Or(route.Payload, "2.0"), o)
	if a := route.Authorization; a != nil && a.Authorizer != nil && a.Authorizer.Settings.Kind.OfFunction() {
		e.asked = newEndpointOf(api, route, a.Authorizer.Settings.Payload, o)
	}
	return e
}

// newEndpointOf returns the endpoint of a route with events of a format.
func newEndpointOf(api *template.HTTPAPI, route *template.Route, version string, o *Options) *endpoint {
	e := &endpoint{
		route: route, function: route.Function, version: version, timeout: cmp.Or(route.Timeout, gateway.MaxHTTPTimeout),
		throttle: edge.NewMethodThrottle(route.Limits, o.Unlimited), domain: o.Scope.Host(api.ID + ".execute-api"),
	}
	e.context = contextOf(o.Scope.Account, api.ID)
	variables := make([]edge.Pair, 0, len(api.StageVariables))
	for name, value := range api.StageVariables {
		variables = append(variables, edge.Pair{Name: name, Value: value})
	}
	edge.SortPairs(variables)
	key := route.Key()
	if e.version == "1.0" {
		e.head = string(edge.AppendString([]byte(`{"version":"1.0","resource":`), route.Path)) + `,"path":`
		e.place = string(edge.AppendString([]byte(`,"resourceId":null,"resourcePath":`), route.Path))
		e.variables = `,"stageVariables":` + string(edge.AppendSingle(nil, variables))
	} else {
		e.head = headOf(key)
		e.place = string(edge.AppendString([]byte(`,"routeKey":`), key))
		if len(variables) > 0 {
			e.variables = `,"stageVariables":` + string(edge.AppendSingle(nil, variables))
		}
	}
	e.place += string(edge.AppendString([]byte(`,"stage":`), api.Stage))
	return e
}

// newURLEndpoint returns the endpoint of a function URL. Its caller is anonymous
// unless it signs (docs/aws/httpapi.md#events-of-function-urls).
func newURLEndpoint(u *template.FunctionURL, scope arn.Scope) *endpoint {
	account := "anonymous"
	if u.IAM {
		account = scope.Account
	}
	return &endpoint{
		function: u.Function, version: "2.0", timeout: gateway.MaxURLTimeout,
		domain: u.ID + ".lambda-url." + scope.Region + ".on.aws", ofURL: true,
		head: headOf(defaultRoute), context: contextOf(account, u.ID), place: `,"routeKey":"$default","stage":"$default"`,
	}
}

// headOf returns the beginning of events of format 2.0.
func headOf(routeKey string) string {
	return string(edge.AppendString([]byte(`{"version":"2.0","routeKey":`), routeKey)) + `,"rawPath":`
}

// contextOf returns the beginning of requestContext.
func contextOf(account, id string) string {
	dst := edge.AppendString([]byte(`,"requestContext":{"accountId":`), account)
	return string(edge.AppendString(append(dst, `,"apiId":`...), id))
}

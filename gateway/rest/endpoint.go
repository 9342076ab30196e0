package rest

import (
	"sync/atomic"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/template"
)

// An endpoint is a route with the parts of its events that are the same for
// every request, as JSON text.
type endpoint struct {
	route      *template.Route // its Function is empty if there is none
	throttle   *edge.Throttle  // nil: the stage sets none
	planMethod string          // how usage plans name the method
	names      []string        // of the path's variables, in order
	timeout    time.Duration

	mock    *template.Mock    // not nil: the gateway answers
	forward *template.Forward // not nil: an HTTP endpoint answers

	// Of events, of a function and of an authorizer.
	head    string // of the event behind its brace, up to the value of path
	context string // of the event, from stageVariables to the last fixed member of requestContext

	warned atomic.Bool // a malformed result was logged
}

// newEndpoint returns the endpoint of a method. That of a route to a function is
// whole; the others lack their integration.
func newEndpoint(api *template.API, route *template.Route, accountID string, unlimited bool) *endpoint {
	e := &endpoint{
		route: route, timeout: route.Timeout, throttle: edge.NewMethodThrottle(route.Limits, unlimited),
		planMethod: gateway.PlanMethod(route.Path, route.Method),
	}
	if e.timeout == 0 {
		e.timeout = gateway.MaxTimeout
	}
	e.head = string(edge.AppendString([]byte(`"resource":`), route.Path)) + `,"path":`
	e.context = string(appendContext(nil, api, route, accountID))
	return e
}

// appendContext appends the fixed members of a route's events, from
// stageVariables into requestContext.
func appendContext(dst []byte, api *template.API, route *template.Route, accountID string) []byte {
	variables := make([]edge.Pair, 0, len(api.StageVariables))
	for name, value := range api.StageVariables {
		variables = append(variables, edge.Pair{Name: name, Value: value})
	}
	edge.SortPairs(variables)
	dst = append(dst, `,"stageVariables":`...)
	dst = edge.AppendSingle(dst, variables)
	dst = append(dst, `,"requestContext":{"accountId":`...)
	dst = edge.AppendString(dst, accountID)
	dst = append(dst, `,"apiId":`...)
	dst = edge.AppendString(dst, api.ID)
	dst = append(dst, `,"deploymentId":`...)
	dst = edge.AppendString(dst, shortID("deployment", api.ID, api.Stage))
	dst = append(dst, `,"resourceId":`...)
	dst = edge.AppendString(dst, shortID("resource", api.ID, route.Path))
	dst = append(dst, `,"resourcePath":`...)
	dst = edge.AppendString(dst, route.Path)
	dst = append(dst, `,"stage":`...)
	return edge.AppendString(dst, api.Stage)
}

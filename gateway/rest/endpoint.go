package rest

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"lullaby/gateway"
	"lullaby/template"
)

// An endpoint is a route with the parts of its events that are the same for
// every request, as JSON text.
type endpoint struct {
	route    *template.Route
	throttle *Throttle      // nil: the stage sets none
	mock     *template.Mock // not nil: the gateway answers, and what follows is empty
	names    []string       // of the path's variables, in order
	timeout  time.Duration

	head    string // of the event, up to the value of path
	context string // of the event, from stageVariables to the last fixed member of requestContext

	warned atomic.Bool // a malformed result was logged
}

func newEndpoint(api *template.API, route *template.Route, accountID string, unlimited bool) *endpoint {
	e := &endpoint{route: route, timeout: route.Timeout, throttle: newMethodThrottle(route.Limits, unlimited)}
	if e.timeout == 0 {
		e.timeout = gateway.MaxTimeout
	}
	e.head = string(appendString([]byte(`{"resource":`), route.Path)) + `,"path":`
	e.context = string(appendContext(nil, api, route, accountID))
	return e
}

// appendContext appends the fixed members of a route's events, from
// stageVariables into requestContext.
func appendContext(dst []byte, api *template.API, route *template.Route, accountID string) []byte {
	variables := make([]pair, 0, len(api.StageVariables))
	for name, value := range api.StageVariables {
		variables = append(variables, pair{name, value})
	}
	sortPairs(variables)
	dst = append(dst, `,"stageVariables":`...)
	dst = appendSingle(dst, variables)
	dst = append(dst, `,"requestContext":{"accountId":`...)
	dst = appendString(dst, accountID)
	dst = append(dst, `,"apiId":`...)
	dst = appendString(dst, api.ID)
	dst = append(dst, `,"deploymentId":`...)
	dst = appendString(dst, shortID("deployment", api.ID, api.Stage))
	dst = append(dst, `,"resourceId":`...)
	dst = appendString(dst, shortID("resource", api.ID, route.Path))
	dst = append(dst, `,"resourcePath":`...)
	dst = appendString(dst, route.Path)
	dst = append(dst, `,"stage":`...)
	return appendString(dst, api.Stage)
}

// A pair is a name and one of its values.
type pair struct{ name, value string }

// sortPairs sorts pairs by name. The values of one name keep their order.
func sortPairs(pairs []pair) {
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.name, b.name) })
}

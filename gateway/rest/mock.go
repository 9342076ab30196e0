package rest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"lullaby/gateway/edge"
	"lullaby/template"
)

// newMock returns the endpoint of a route that the gateway answers itself.
func newMock(m *template.Mock, unlimited bool) *endpoint {
	route := &template.Route{Source: m.Source, Method: m.Method, Path: m.Path}
	return &endpoint{route: route, mock: m, throttle: edge.NewMethodThrottle(m.Limits, unlimited)}
}

// answerMock answers a request as its endpoint says, with the gateway's ids
// (docs/aws/gateway.md#mock-integrations).
func (x *exchange) answerMock(w http.ResponseWriter) {
	h, m := w.Header(), x.endpoint.mock
	for name, value := range m.Headers {
		h.Set(name, value)
	}
	if origin := x.r.Header.Get("Origin"); origin != "" && slices.ContainsFunc(m.Origins, func(re *regexp.Regexp) bool { return re.MatchString(origin) }) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{defaultContentType}
	}
	h["x-amzn-RequestId"] = []string{x.id}
	h["x-amz-apigw-id"] = []string{x.extendedID}
	if m.Status != http.StatusNoContent && m.Status != http.StatusNotModified {
		h["Content-Length"] = []string{strconv.Itoa(len(m.Body))}
	}
	w.WriteHeader(m.Status)
	if m.Body != "" && m.Status != http.StatusNoContent && m.Status != http.StatusNotModified {
		_, _ = w.Write([]byte(m.Body)) // the client may have left
	}
}

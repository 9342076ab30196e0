package rest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"lullaby/template"
)

// newMock returns the endpoint of a route that the gateway answers itself.
func newMock(api *template.API, m *template.Mock, accountID string, unlimited bool) *endpoint {
	route := &template.Route{Source: m.Source, Gate: m.Gate, Method: m.Method, Path: m.Path, Limits: m.Limits}
	e := newEndpoint(api, route, accountID, unlimited)
	e.mock = m
	return e
}

// answerMock answers a request as its endpoint says, with the gateway's ids
// (docs/aws/gateway.md#mock-integrations).
func (x *exchange) answerMock(w http.ResponseWriter, s *scratch) {
	h, m := w.Header(), x.endpoint.mock
	x.status = m.Status
	for name, value := range m.Headers {
		h.Set(name, value)
	}
	if origin := x.r.Header.Get("Origin"); origin != "" && slices.ContainsFunc(m.Origins, func(re *regexp.Regexp) bool { return re.MatchString(origin) }) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
	body := []byte(m.Body)
	if m.Text != nil {
		body = x.render(nil, m.Text, s)
	}
	x.finish(w, body)
}

// finish writes an answer that is not a function's, whose status and own headers are
// there, with the gateway's ids.
func (x *exchange) finish(w http.ResponseWriter, body []byte) {
	h := w.Header()
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{defaultContentType}
	}
	h["x-amzn-RequestId"] = []string{x.id}
	h["x-amz-apigw-id"] = []string{x.extendedID}
	if x.status == http.StatusNoContent || x.status == http.StatusNotModified {
		w.WriteHeader(x.status) // neither has a body
		return
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(x.status)
	_, _ = w.Write(body) // the client may have left
}

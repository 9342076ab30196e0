package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/upstream"
	"lullaby/template"
)

// newForward returns the endpoint of a method that goes on to an HTTP endpoint.
func newForward(api *template.API, f *template.Forward, accountID string, unlimited bool) *endpoint {
	route := &template.Route{Source: f.Source, Gate: f.Gate, Method: f.Method, Path: f.Path, Timeout: f.Timeout, Limits: f.Limits}
	e := newEndpoint(api, route, accountID, unlimited)
	e.forward = f
	return e
}

// forwardRequest asks the request's HTTP endpoint, and writes its answer
// (docs/aws/gateway.md#http-integrations). Assumed: as an invocation, it goes on
// when the client leaves.
func (x *exchange) forwardRequest(ctx context.Context, w http.ResponseWriter, s *scratch) gateway.Refusal {
	f := x.endpoint.forward
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), x.endpoint.timeout)
	defer cancel()
	r, err := x.request(ctx, f, s)
	if err != nil {
		x.cause = err
		return gateway.NoAnswer
	}
	begun := time.Now()
	answer, err := x.api.options.Upstream.Do(r)
	x.integration = time.Since(begun)
	switch x.cause = err; {
	case err == nil:
		return x.passOn(w, f, answer)
	case ctx.Err() != nil:
		return gateway.TimedOut
	case errors.Is(err, upstream.ErrTooLong):
		return gateway.NoAnswer
	}
	return gateway.Unreachable
}

// request returns the request to an endpoint.
func (x *exchange) request(ctx context.Context, f *template.Forward, s *scratch) (*http.Request, error) {
	to, err := url.Parse(x.fill(f, s))
	if err != nil {
		return nil, err
	}
	if f.Whole {
		to.RawQuery = strings.Trim(to.RawQuery+"&"+x.r.URL.RawQuery, "&")
	}
	verb := f.Verb
	if verb == "" {
		verb = x.r.Method
	}
	r, err := http.NewRequestWithContext(ctx, verb, to.String(), bytes.NewReader(s.body.Bytes()))
	if err != nil {
		return nil, err
	}
	x.addRequestHeaders(r, f, s)
	query := r.URL.Query()
	mapped := false
	for _, m := range f.Parameters {
		value := x.parameter(m.From, s)
		switch {
		case value == "":
		case m.To == gateway.Header:
			deleteHeader(r.Header, m.Name)
			r.Header[m.Name] = []string{value}
		case m.To == gateway.Query:
			query.Set(m.Name, value)
			mapped = true
		}
	}
	if mapped {
		r.URL.RawQuery = query.Encode()
	}
	return r, nil
}

// fill returns the URL of an endpoint with its parameters of the path. Assumed: one
// without a mapping is the variable of that name in the method's path.
func (x *exchange) fill(f *template.Forward, s *scratch) string {
	values := make([]string, 0, 2*(len(f.Parameters)+len(s.values)))
	for _, m := range f.Parameters {
		switch {
		case m.To != gateway.Path:
		case m.From.From == gateway.Path:
			values = append(values, "{"+m.Name+"}", x.pathParameter(m.From.Name, s))
		default:
			values = append(values, "{"+m.Name+"}", url.PathEscape(x.parameter(m.From, s)))
		}
	}
	for i, name := range x.endpoint.names {
		values = append(values, "{"+name+"}", s.values[i])
	}
	return strings.NewReplacer(values...).Replace(f.URL)
}

// passedOn are the headers that an integration of type HTTP passes on without a
// mapping. Assumed: those that say what the body is, and what the client takes.
var passedOn = []string{"Content-Type", "Accept"}

// addRequestHeaders adds the headers of a request to an endpoint. They are those of
// an event, with the API's id.
func (x *exchange) addRequestHeaders(r *http.Request, f *template.Forward, s *scratch) {
	r.Header["User-Agent"] = []string{"AmazonAPIGateway_" + x.api.id}
	r.Header["x-amzn-apigateway-api-id"] = []string{x.api.id}
	if !f.Whole {
		for _, name := range passedOn {
			if values := x.r.Header.Values(name); len(values) > 0 {
				r.Header[name] = values
			}
		}
		return
	}
	if x.r.UserAgent() != "" {
		delete(r.Header, "User-Agent")
	}
	s.headers = appendHeaderPairs(s.headers[:0], x)
	for _, p := range s.headers {
		if p.Name != "Host" {
			r.Header[p.Name] = append(r.Header[p.Name], p.Value)
		}
	}
}

// deleteHeader deletes a header in all its spellings.
func deleteHeader(h http.Header, name string) {
	for other := range h {
		if strings.EqualFold(other, name) {
			delete(h, other)
		}
	}
}

// passOn writes the answer of an endpoint.
func (x *exchange) passOn(w http.ResponseWriter, f *template.Forward, answer *upstream.Answer) gateway.Refusal {
	if answer.Status < 200 || answer.Status > 599 {
		x.cause = fmt.Errorf("the endpoint answers with status %d", answer.Status)
		return gateway.NoAnswer
	}
	x.status = answer.Status
	h := w.Header()
	if f.Whole {
		for name, values := range answer.Header {
			if name == "Content-Length" {
				continue
			}
			for _, value := range values {
				addHeader(h, edge.Pair{Name: name, Value: value})
			}
		}
	} else {
		of := answerOf(f, answer.Status)
		if of == nil {
			x.cause = fmt.Errorf("no integration response takes status %d", answer.Status)
			return gateway.NoAnswer
		}
		x.status = of.Status
		if contentType := answer.Header.Values("Content-Type"); len(contentType) > 0 {
			h["Content-Type"] = contentType
		}
		for _, m := range of.Headers {
			value := m.From.Name
			if m.From.From == gateway.AnswerHeader {
				value = strings.Join(answer.Header.Values(value), ",")
			}
			if value != "" {
				addHeader(h, edge.Pair{Name: m.Name, Value: value})
			}
		}
	}
	x.finish(w, answer.Body)
	return 0
}

// answerOf returns the integration response for a status, nil if there is none.
func answerOf(f *template.Forward, status int) *template.Answer {
	for i := range f.Answers {
		if a := &f.Answers[i]; a.Pattern == nil || a.Pattern.MatchString(strconv.Itoa(status)) {
			return a
		}
	}
	return nil
}

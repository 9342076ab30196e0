package rest

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/internal/schema"
	"lullaby/template"
)

// check looks at a request as the validator of its method says
// (docs/aws/gateway.md#request-validation): at parameters first. A refusal has a
// cause, and a message if parameters are missing.
func (x *exchange) check(c *template.Checks, s *scratch) gateway.Refusal {
	if c == nil {
		return 0
	}
	var missing []string
	for _, parameter := range c.Parameters {
		if strings.TrimSpace(x.parameter(parameter, s)) == "" {
			missing = append(missing, parameter.Name)
		}
	}
	if missing != nil {
		x.message = gateway.Missing(missing)
		x.cause = errors.New(x.message)
		return gateway.ParametersMissing
	}
	model := modelOf(c, x.r)
	if model == nil {
		return 0
	}
	body := s.body.Bytes()
	if len(body) == 0 {
		body = []byte("{}")
	}
	if x.cause = model.Check(body); x.cause != nil {
		return gateway.BodyInvalid
	}
	return 0
}

// modelOf returns the model of a request's body, nil: the body is not checked.
func modelOf(c *template.Checks, r *http.Request) *schema.Schema {
	if len(c.Models) == 0 {
		return nil
	}
	contentType := defaultContentType
	if given := r.Header.Get("Content-Type"); given != "" {
		contentType, _, _ = mime.ParseMediaType(given) // empty where it is none
	}
	if m := c.Models[contentType]; m != nil {
		return m
	}
	return c.Models["$default"]
}

// parameter returns the value of a parameter of a request, "" if it has none.
func (x *exchange) parameter(of gateway.Value, s *scratch) string {
	switch of.From {
	case gateway.Fixed:
		return of.Name
	case gateway.Header, gateway.MultiHeader:
		values := x.r.Header.Values(of.Name)
		if strings.EqualFold(of.Name, "Host") {
			values = []string{x.r.Host}
		}
		return last(values, of.From == gateway.MultiHeader)
	case gateway.Query, gateway.MultiQuery:
		var values []string
		for _, p := range edge.AppendQueryPairs(nil, x.r.URL.RawQuery) {
			if p.Name == of.Name {
				values = append(values, p.Value)
			}
		}
		return last(values, of.From == gateway.MultiQuery)
	case gateway.Path:
		raw := x.pathParameter(of.Name, s)
		if value, err := url.PathUnescape(raw); err == nil {
			return value
		}
		return raw
	case gateway.Context:
		return x.context(of.Name)
	case gateway.StageVariable:
		return x.api.variables[of.Name]
	case gateway.AnswerHeader: // of an answer, which a request has not
	}
	return ""
}

// last returns the last of the values, or all of them.
func last(values []string, all bool) string {
	switch {
	case len(values) == 0:
		return ""
	case all:
		return strings.Join(values, ",")
	}
	return values[len(values)-1]
}

// pathParameter returns the value of a variable of the path as the client wrote
// it.
func (x *exchange) pathParameter(name string, s *scratch) string {
	if x.endpoint == nil {
		return ""
	}
	for i, n := range x.endpoint.names {
		if n == name && i < len(s.values) {
			return s.values[i]
		}
	}
	return ""
}

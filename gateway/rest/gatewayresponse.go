package rest

import (
	"net/http"
	"strings"

	"lullaby/template"
)

// ownResponse returns the API's gateway response for the request's refusal, nil if
// it has none (docs/aws/gateway.md#gateway-responses).
func (x *exchange) ownResponse() *template.GatewayResponse {
	if len(x.api.responses) == 0 {
		return nil
	}
	for _, kind := range x.refusal.Customized() {
		if own := x.api.responses[kind]; own != nil {
			return own
		}
	}
	return nil
}

// customize sets status and headers as a gateway response says, and returns its
// body.
func (x *exchange) customize(h http.Header, own *template.GatewayResponse, body []byte, s *scratch) []byte {
	if own.Status != 0 {
		x.status = own.Status
	}
	if t := templateFor(own.Templates, x.r.Header.Get("Accept")); t != nil {
		h["Content-Type"] = []string{t.ContentType}
		body = x.render(nil, t.Text, s)
	}
	for _, m := range own.Headers {
		if value := x.parameter(m.From, s); value != "" {
			deleteHeader(h, m.Name)
			h[m.Name] = []string{value}
		}
	}
	return body
}

// templateFor returns the template that answers a client who takes the types in
// accept, nil if there is none.
func templateFor(all []template.BodyTemplate, accept string) *template.BodyTemplate {
	if len(all) == 0 {
		return nil
	}
	for one := range strings.SplitSeq(accept, ",") {
		contentType, _, _ := strings.Cut(strings.TrimSpace(one), ";")
		for i := range all {
			if strings.EqualFold(all[i].ContentType, contentType) {
				return &all[i]
			}
		}
	}
	for i := range all {
		if all[i].ContentType == defaultContentType {
			return &all[i]
		}
	}
	return &all[0]
}

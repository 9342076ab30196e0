package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The OpenAPI documents of HTTP APIs: Body of an AWS::ApiGatewayV2::Api,
// DefinitionBody and DefinitionUri of SAM's (docs/aws/templates.md#documents-of-http-apis).

// linkHTTPDocument adds the routes of an HTTP API's document.
func (l *loader) linkHTTPDocument(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.httpAPIs[l.nameOf(r, in)]
	if a == nil {
		return *in.err
	}
	for _, key := range documentKeys {
		if in.value(key) == nil {
			continue
		}
		document, err := l.documentAt(in, key)
		var e *Error
		switch {
		case errors.As(err, &e) && e.Unsupported:
			l.omit(in.lineOf(key), r.id, key)
			l.hasOnAWS(a, anyKey)
		case err != nil:
			return err
		default:
			l.readHTTPDocument(a, in, document)
		}
	}
	return *in.err
}

// readHTTPDocument adds the routes and the CORS of a document. What the resource says
// of CORS goes first. in has the label of the API.
func (l *loader) readHTTPDocument(a *HTTPAPI, in reader, n *node) {
	document := in.of(n, in.label+"document")
	if a.Name == a.LogicalID {
		a.Name = document.under("info").text("title", a.Name)
	}
	if cors := document.cors("x-amazon-apigateway-cors", documentKey, minAge); a.CORS == nil {
		a.CORS = cors
	}
	guard := l.guardOf(document, a.LogicalID, true, l.guards[a.ID])
	shared := document.under("components").under(sharedIntegrations)
	paths := document.under("paths")
	for _, p := range paths.n.entries() {
		path := paths.under(p.key)
		for _, m := range path.n.entries() {
			route := &Route{Method: strings.ToUpper(m.key), Path: p.key}
			if m.key == anyMethodKey {
				route.Method = "ANY"
			}
			if !slices.Contains(methods, route.Method) {
				continue
			}
			if strings.TrimPrefix(p.key, "/") == defaultRoute {
				route.Method, route.Path = "", defaultRoute
			}
			operation := path.alone().under(m.key)
			operation.label, operation.line = fmt.Sprintf("%s: %s: ", a.LogicalID, route.Key()), m.line
			route.Authorization = guard.read(operation, route.Method)
			in.stick(l.readHTTPOperation(a, operation, shared, route))
		}
	}
}

// sharedIntegrations are the integrations that a document's operations refer to.
const sharedIntegrations = "x-amazon-apigateway-integrations"

// readHTTPOperation adds the route of an operation of a document.
func (l *loader) readHTTPOperation(a *HTTPAPI, operation, shared reader, route *Route) error {
	const key = "x-amazon-apigateway-integration"
	l.hasOnAWS(a, route.Key())
	if operation.value(key) == nil {
		l.warnOf(operation.line, a.LogicalID, "left out: methods without an integration")
		return *operation.err
	}
	to := operation.under(key)
	if name, ok := strings.CutPrefix(to.text("$ref", ""), "#/components/"+sharedIntegrations+"/"); ok {
		to.n = to.of(shared.n.get(name), to.label+"$ref").n
	}
	typ := strings.ToUpper(to.required("type"))
	route.Source = to.source(operation.line, map[string]string{"Function": "uri", "Timeout": "timeoutInMillis", "Payload": "payloadFormatVersion"})
	switch {
	case *to.err != nil:
		return *to.err
	case typ != "AWS_PROXY" || to.text("integrationSubtype", "") != "":
		l.omit(operation.line, a.LogicalID, "integrations of type "+to.text("integrationSubtype", typ))
		return nil
	}
	route.Function = functionOfTarget(to.required("uri"))
	route.Payload, route.Timeout = to.payload("payloadFormatVersion", ""), to.httpTimeout("timeoutInMillis")
	if *to.err != nil {
		return *to.err
	}
	if !l.hasFunction(route.Function) {
		l.warnOf(to.lineOf("uri"), a.LogicalID, "left out: methods whose uri names no function of this template")
		return nil
	}
	return l.addHTTPRoute(a, route)
}

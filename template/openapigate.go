package template

import (
	"slices"
	"strings"

	"lullaby/gateway"
)

// What OpenAPI documents ask of requests: API keys and validation
// (docs/aws/templates.md#documents-of-apis).

// A documentGate is what a document says of all its methods.
type documentGate struct {
	l          *loader
	api        *API
	document   reader
	keys       map[string]bool // security schemes that are API keys
	validators map[string]validator
	validator  string // of methods that name none
	guard      *documentGuard
}

// The places of definitions in documents, of OpenAPI 2 and 3.
var (
	schemePlaces    = [][]string{{"securityDefinitions"}, {"components", "securitySchemes"}}
	schemaPlaces    = [][]string{{"definitions"}, {"components", "schemas"}}
	parameterPlaces = [][]string{{"parameters"}, {"components", "parameters"}}
)

// readDocumentGate reads what a document says of the whole API, and of all its
// methods.
func (l *loader) readDocumentGate(a *API, document reader) *documentGate {
	d := &documentGate{l: l, api: a, document: document, keys: make(map[string]bool), validators: make(map[string]validator)}
	d.guard = l.guardOf(document, a.LogicalID, false, l.guards[a.ID])
	l.keySource(a, document, "x-amazon-apigateway-api-key-source")
	responses := document.under("x-amazon-apigateway-gateway-responses")
	for _, f := range responses.n.entries() {
		one := responses.under(f.key)
		one.line = f.line
		l.addResponse(a, one, f.key, responseKeys{"statusCode", "responseParameters", "responseTemplates"})
	}
	d.each(schemePlaces, func(name string, in reader) {
		d.keys[name] = in.isAPIKey()
	})
	validators := document.under("x-amazon-apigateway-request-validators")
	for _, f := range validators.n.entries() {
		in := validators.under(f.key)
		d.validators[f.key] = validator{in.truth("validateRequestBody"), in.truth("validateRequestParameters")}
	}
	d.validator = document.text("x-amazon-apigateway-request-validator", "")
	d.each(schemaPlaces, func(name string, in reader) {
		if in.n != nil {
			l.addDefinition(a, name, in.n)
		}
	})
	return d
}

// keySource reads where the API keys of an API come from.
func (l *loader) keySource(a *API, in reader, key string) {
	a.KeyOfAuthorizer = a.KeyOfAuthorizer || in.oneOf(key, "", "HEADER", "AUTHORIZER") == "AUTHORIZER"
}

// each calls visit with each definition in one of the places.
func (d *documentGate) each(places [][]string, visit func(name string, in reader)) {
	for _, place := range places {
		at := d.document
		for _, key := range place {
			at = at.under(key)
		}
		if at.n == d.document.n {
			continue
		}
		for _, f := range at.n.entries() {
			visit(f.key, at.under(f.key))
		}
	}
}

// read reads what a method asks of requests. shared are the parameters of its path.
func (d *documentGate) read(g *Gate, operation reader, verb string, shared []*node) {
	l := d.l
	g.Authorization = d.guard.read(operation, verb)
	g.KeyRequired = l.keyed[d.api].methods || d.needsKey(operation)
	name := operation.text("x-amazon-apigateway-request-validator", d.validator)
	if name == "" {
		return
	}
	v, known := d.validators[name]
	if !known {
		operation.refuse("x-amazon-apigateway-request-validator", "names no request validator of the document: %s", quote(name))
		return
	}
	c := &check{gate: g, api: d.api, of: d.api.LogicalID, line: operation.line, validator: v}
	for i, n := range slices.Concat(shared, operation.list("parameters")) {
		d.parameter(c, operation.item("parameters", i, n))
	}
	content := operation.under("requestBody").under("content")
	for _, f := range content.n.entries() {
		d.body(c, f.key, content.under(f.key))
	}
	l.checks = append(l.checks, c)
}

// needsKey reports whether a method needs an API key.
func (d *documentGate) needsKey(operation reader) bool {
	in := operation
	if in.value("security") == nil {
		in = d.document
	}
	needs := false
	for _, n := range in.list("security") {
		for _, f := range n.entries() {
			needs = needs || d.keys[f.key]
		}
	}
	return needs
}

// parameter adds a parameter of a method to its check.
func (d *documentGate) parameter(c *check, in reader) {
	if ref := in.text("$ref", ""); ref != "" {
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		d.each(parameterPlaces, func(other string, at reader) {
			if other == name {
				in = at
			}
		})
	}
	places := map[string]gateway.From{"header": gateway.Header, "query": gateway.Query, "path": gateway.Path}
	at := in.text("in", "")
	if at == "body" {
		d.body(c, "application/json", in)
		return
	}
	if from, ok := places[at]; ok && in.truth("required") {
		c.parameters = append(c.parameters, gateway.Value{From: from, Name: in.required("name")})
	}
}

// body adds the schema of bodies of a content type to a check. A schema that
// stands in place becomes a model of its own.
func (d *documentGate) body(c *check, contentType string, in reader) {
	n := in.value("schema")
	if n == nil {
		return
	}
	name := d.l.stack.token(apiIDLength, "model", in.label, contentType)
	if ref := in.under("schema").text("$ref", ""); ref != "" {
		name = ref[strings.LastIndexByte(ref, '/')+1:]
	} else {
		d.l.addDefinition(d.api, name, n)
	}
	if c.models == nil {
		c.models = make(map[string]string)
	}
	c.models[contentType] = name
}

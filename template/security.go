package template

import (
	"strings"
)

// The security of OpenAPI documents (docs/aws/templates.md#security-of-documents).

// Keys of a security scheme.
const (
	schemeAuthorizer = "x-amazon-apigateway-authorizer"
	schemeType       = "x-amazon-apigateway-authtype"
	operationAuth    = "x-amazon-apigateway-auth"
)

// A documentGuard reads what the operations of one document ask of callers.
type documentGuard struct {
	l       *loader
	of      string // logical id of the API
	schemes reader
	http    bool                   // it is the document of an HTTP API
	known   map[string]*Authorizer // of the schemes read so far
	sam     samGuard               // of the API, if it is SAM's
}

// guardOf returns the guard of a document of an API. AWS ignores authorizers in the
// security of a whole document.
func (l *loader) guardOf(document reader, of string, http bool, sam samGuard) *documentGuard {
	g := &documentGuard{l: l, of: of, http: http, known: make(map[string]*Authorizer), sam: sam}
	if g.schemes = document.under("securityDefinitions"); g.schemes.n == nil {
		g.schemes = document.under("components").under("securitySchemes")
	}
	for _, item := range document.list("security") {
		for _, f := range item.entries() {
			if a, _ := g.scheme(document, f.key); a != nil {
				l.warnOf(document.lineOf("security"), of, "AWS ignores authorizers of a whole document")
			}
		}
	}
	return g
}

// read returns what an operation asks of callers, nil if anyone may invoke it.
// verb is its method.
func (g *documentGuard) read(operation reader, verb string) *Authorization {
	if auth := operation.under(operationAuth); auth.n != nil {
		if strings.EqualFold(auth.text("type", samOpen), samIAM) {
			return &Authorization{}
		}
		return nil
	}
	if operation.value("security") == nil {
		if verb == "OPTIONS" && !g.sam.preflights {
			return nil
		}
		return g.sam.standard
	}
	other := false
	for i, item := range operation.list("security") {
		in := operation.item("security", i, item)
		for _, f := range in.n.entries() {
			a, known := g.scheme(in, f.key)
			if a != nil {
				if scopes := in.texts(f.key); len(scopes) > 0 {
					a = &Authorization{Authorizer: a.Authorizer, Scopes: scopes}
				}
				return a
			}
			other = other || !known
		}
	}
	if other {
		g.l.omit(operation.lineOf("security"), g.of, "security")
	}
	return nil
}

// scheme returns what a security scheme asks of callers. known is false for one
// that API Gateway asks nobody about, or that is an API key's.
func (g *documentGuard) scheme(in reader, name string) (a *Authorization, known bool) {
	if a := g.sam.authorizers[name]; a != nil {
		return a, true
	}
	if name == samOpen {
		return nil, true // as SAM writes it for no authorizer
	}
	scheme := g.schemes.under(name)
	switch {
	case scheme.n == nil:
		return nil, false
	case strings.EqualFold(scheme.text(schemeType, ""), "awsSigv4"):
		return &Authorization{}, true
	case scheme.isAPIKey():
		return nil, true
	case scheme.n.get(schemeAuthorizer) == nil:
		return nil, false
	}
	if known := g.known[name]; known != nil {
		return &Authorization{Authorizer: known}, true
	}
	settings := scheme.alone().under(schemeAuthorizer)
	one := &Authorizer{Source: settings.source(settings.line, nil), LogicalID: g.of, Name: name}
	g.known[name] = one
	header := scheme.text("name", "")
	in.stick(g.l.fillAuthorizer(one, g.withSource(settings, header), documentAuthorizerKeys, g.http))
	return &Authorization{Authorizer: one}, true
}

// isAPIKey reports whether a scheme is that of API keys.
func (r reader) isAPIKey() bool {
	apart := r.value(schemeType) != nil || r.value(schemeAuthorizer) != nil
	return !apart && r.text("type", "") == "apiKey" && strings.EqualFold(r.text("name", ""), "x-api-key")
}

// withSource gives an authorizer of tokens of a REST API its source: the header
// that its scheme names.
func (g *documentGuard) withSource(in reader, header string) reader {
	typ := strings.ToUpper(in.text("type", ""))
	if !g.http && header != "" && (typ == ofToken || typ == ofUserPools) && in.n.get("identitySource") == nil {
		in.n = in.n.with("identitySource", textNode("method.request.header."+header, in.line))
	}
	return in
}

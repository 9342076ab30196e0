package template

import (
	"slices"
	"strings"
	"time"

	"lullaby/gateway/authorize"
	"lullaby/internal/arn"
)

// Authorizers of CloudFormation (docs/aws/templates.md#authorizers).

// The types of authorizers, as CloudFormation and OpenAPI documents write them in
// any case.
const (
	ofToken     = "TOKEN"
	ofRequest   = "REQUEST"
	ofUserPools = "COGNITO_USER_POOLS"
	ofJWT       = "JWT"
)

const (
	maxAuthorizerTTL = int(authorize.MaxTTL / time.Second)
	restTTL          = int(authorize.DefaultTTL / time.Second)
)

// tokenHeader is the source of a token unless a template says another.
const (
	restTokenHeader = "method.request.header.Authorization"
	httpTokenHeader = "$request.header.Authorization"
)

func restAuthorizer() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "AuthorizerResultTtlInSeconds AuthorizerUri IdentitySource IdentityValidationExpression Name ProviderARNs RestApiId Type",
			silent:   "AuthType AuthorizerCredentials",
		},
		ref:        authorizerID,
		attributes: attributes{"AuthorizerId": authorizerID},
		read: func(l *loader, r *resource) error {
			return l.readAuthorizer(r, restAuthorizerKeys, false)
		},
	}
}

func httpAuthorizer() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiId AuthorizerPayloadFormatVersion AuthorizerResultTtlInSeconds AuthorizerType AuthorizerUri " +
				"EnableSimpleResponses IdentitySource JwtConfiguration Name",
			silent: "AuthorizerCredentialsArn IdentityValidationExpression",
		},
		ref:        authorizerID,
		attributes: attributes{"AuthorizerId": authorizerID},
		read: func(l *loader, r *resource) error {
			if ours, err := l.ofWebSocket(r); ours || err != nil {
				return err // left out with its API
			}
			return l.readAuthorizer(r, httpAuthorizerKeys, true)
		},
	}
}

func authorizerID(e *evaluator, r *resource) (string, error) {
	return e.stack.apiID(resourceIDLength, "authorizer", r.id), nil
}

// authorizerKeys are the keys of an authorizer in one of the places where it can
// stand. A key that a place lacks is empty, and reads as absent.
type authorizerKeys struct {
	typ, uri, sources, validation, ttl, pools string
	jwt, issuer, audience                     string
	payload, simple                           string
}

var (
	restAuthorizerKeys = authorizerKeys{
		typ: "Type", uri: "AuthorizerUri", sources: "IdentitySource", validation: "IdentityValidationExpression",
		ttl: "AuthorizerResultTtlInSeconds", pools: "ProviderARNs",
	}
	httpAuthorizerKeys = authorizerKeys{
		typ: "AuthorizerType", uri: "AuthorizerUri", sources: "IdentitySource", ttl: "AuthorizerResultTtlInSeconds",
		jwt: "JwtConfiguration", issuer: "Issuer", audience: "Audience",
		payload: "AuthorizerPayloadFormatVersion", simple: "EnableSimpleResponses",
	}
	documentAuthorizerKeys = authorizerKeys{
		typ: "type", uri: "authorizerUri", sources: "identitySource", validation: "identityValidationExpression",
		ttl: "authorizerResultTtlInSeconds", pools: "providerARNs",
		jwt: "jwtConfiguration", issuer: "issuer", audience: "audience",
		payload: "authorizerPayloadFormatVersion", simple: "enableSimpleResponses",
	}
)

// readAuthorizer reads an authorizer of a REST or an HTTP API.
func (l *loader) readAuthorizer(r *resource, keys authorizerKeys, http bool) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	id := l.nameOf(r, in)
	a := &Authorizer{Source: in.source(r.line, nil), LogicalID: r.id, Name: in.text("Name", r.id)}
	l.authorizers[id] = a
	return l.fillAuthorizer(a, in, keys, http)
}

// fillAuthorizer reads the settings of an authorizer. One that needs what Lullaby
// lacks stays without a kind, and lets nobody in.
func (l *loader) fillAuthorizer(a *Authorizer, in reader, keys authorizerKeys, http bool) error {
	in = in.alone()
	typ := strings.ToUpper(in.required(keys.typ))
	s := authorize.Settings{}
	switch {
	case typ == ofToken && !http:
		s.Kind = authorize.Token
	case typ == ofRequest:
		s.Kind = authorize.Request
	case typ == ofUserPools && !http:
		s.Kind = authorize.UserPools
		s.Issuers = in.poolIssuers(keys.pools)
	case typ == ofJWT && http:
		s.Kind = authorize.JWT
		in.readJWT(&s, keys)
	case typ == ofJWT:
		l.omit(in.lineOf(keys.typ), a.LogicalID, "authorizers of type JWT of a REST API")
		return *in.err
	case typ != "":
		in.refuse(keys.typ, "is no type of authorizers here: %s", quote(typ))
	}
	in.readSources(&s, keys.sources, http)
	l.readValidation(&s, in, keys.validation, a.LogicalID)
	if s.Kind.OfFunction() {
		in.readFunctionOf(&s, keys, http)
	}
	return l.settle(a, in, s)
}

// settle gives an authorizer its settings, unless they need what Lullaby lacks.
func (l *loader) settle(a *Authorizer, in reader, s authorize.Settings) error {
	switch {
	case l.lacks(in, a.LogicalID, "authorizer "+a.Name):
		return nil
	case *in.err != nil:
		return *in.err
	}
	a.Settings = s
	return nil
}

// readFunctionOf reads what an authorizer with a function has.
func (r reader) readFunctionOf(s *authorize.Settings, keys authorizerKeys, http bool) {
	fallback := restTTL
	if http {
		fallback = 0
		s.Payload = r.oneOf(keys.payload, "", payload1, payload2)
		if s.Payload == "" {
			r.wrong(r.label+keys.payload, r.e.errorf(r.line, "%s%s is missing", r.label, keys.payload))
		}
		s.Simple = s.Payload == payload2 && r.text(keys.simple, "false") == "true"
	}
	s.TTL = time.Duration(r.integer(keys.ttl, fallback, 0, maxAuthorizerTTL)) * time.Second
	if s.Function = functionOfURI(r.required(keys.uri)); s.Function == "" {
		r.refuse(keys.uri, "names no function: it has the form arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations")
	}
}

// readSources reads the identity sources of an authorizer: a list, or text with
// commas. A kind that reads a token takes it from Authorization by default.
func (r reader) readSources(s *authorize.Settings, key string, http bool) {
	var expressions []string
	if v := r.value(key); v != nil && v.kind == list {
		expressions = r.texts(key)
	} else if text := r.text(key, ""); text != "" {
		expressions = strings.Split(text, ",")
	}
	if len(expressions) == 0 && s.Kind != authorize.Request {
		expressions = []string{restTokenHeader}
		if http {
			expressions = []string{httpTokenHeader}
		}
	}
	for _, e := range expressions {
		source, ok := authorize.ParseSource(strings.TrimSpace(e))
		if !ok {
			r.refuse(key, "%s is no header, query parameter, stage variable or context variable", quote(e))
			return
		}
		s.Sources = append(s.Sources, source)
	}
	if s.Kind != authorize.Request && len(s.Sources) > 1 {
		r.refuse(key, "is one source of a token, not %d", len(s.Sources))
	}
}

// readValidation reads the expression that a token has to match. One that Go
// cannot read is not checked.
func (l *loader) readValidation(s *authorize.Settings, in reader, key, of string) {
	expression := in.text(key, "")
	if expression == "" {
		return
	}
	var err error
	if s.Validation, err = authorize.ParseValidation(expression); err != nil {
		l.warnOf(in.lineOf(key), of, key+" is not checked: Go cannot read it")
	}
}

// readJWT reads whose tokens an authorizer takes.
func (r reader) readJWT(s *authorize.Settings, keys authorizerKeys) {
	in := r.under(keys.jwt)
	s.Issuers = []string{in.required(keys.issuer)}
	if s.Audience = in.texts(keys.audience); len(s.Audience) == 0 {
		in.wrong(in.label+keys.audience, r.e.errorf(in.line, "%s%s is missing", in.label, keys.audience))
	}
}

// poolIssuers returns the issuers of user pools, given by their ARNs, in a list or
// as one text (docs/aws/gateway.md#user-pools).
func (r reader) poolIssuers(key string) []string {
	var arns []string
	switch v := r.value(key); {
	case v == nil:
		r.wrong(r.label+key, r.e.errorf(r.line, "%s%s is missing", r.label, key))
	case v.kind == scalar:
		arns = []string{r.text(key, "")}
	default:
		arns = r.texts(key)
	}
	var issuers []string
	for _, text := range arns {
		pool, err := arn.Parse(text)
		id, ok := strings.CutPrefix(pool.Resource, "userpool/")
		if err != nil || pool.Service != "cognito-idp" || !ok {
			r.refuse(key, "has %s, which is no ARN of a user pool", quote(text))
			return nil
		}
		issuers = append(issuers, poolIssuer(pool.Scope, id))
	}
	return issuers
}

func poolIssuer(s arn.Scope, id string) string { return "https://" + s.Host("cognito-idp") + "/" + id }

// authorizersWithoutFunction warns of authorizers whose functions the template
// does not make: whoever asks them gets 500.
func (l *loader) authorizersWithoutFunction() {
	for _, a := range l.t.authorizers() {
		if a.Settings.Function == "" || l.hasFunction(a.Settings.Function) {
			continue
		}
		l.warnOf(a.at.Line, a.LogicalID, "its routes answer 500: its function is not in the template")
	}
}

// TokenReaders returns the authorizers that read tokens, in the order of the routes that
// ask them.
func (t *Template) TokenReaders() []*Authorizer {
	var all []*Authorizer
	for _, a := range t.authorizers() {
		if k := a.Settings.Kind; k == authorize.JWT || k == authorize.UserPools {
			all = append(all, a)
		}
	}
	return all
}

// authorizers returns the authorizers that a route asks, in the order of routes.
func (t *Template) authorizers() []*Authorizer {
	var all []*Authorizer
	add := func(a *Authorization) {
		if a != nil && a.Authorizer != nil && !slices.Contains(all, a.Authorizer) {
			all = append(all, a.Authorizer)
		}
	}
	for _, a := range t.APIs {
		for _, r := range a.Routes {
			add(r.Authorization)
		}
		for _, m := range a.Mocks {
			add(m.Authorization)
		}
		for _, f := range a.Forwards {
			add(f.Authorization)
		}
	}
	for _, a := range t.HTTPAPIs {
		for _, r := range a.Routes {
			add(r.Authorization)
		}
	}
	return all
}

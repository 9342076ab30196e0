package template

import (
	"strings"
	"time"

	"lullaby/gateway/authorize"
)

// Auth of SAM's APIs and events (docs/aws/templates.md#authorizers-of-sam).

// Names that SAM takes in the place of an authorizer's.
const (
	samOpen = "NONE"
	samIAM  = "AWS_IAM"
)

// Keys of Auth of a SAM API, of an HTTP API, and of their events.
var (
	samAuth = properties{
		honoured: "AddApiKeyRequiredToCorsPreflight AddDefaultAuthorizerToCorsPreflight ApiKeyRequired Authorizers DefaultAuthorizer UsagePlan",
		silent:   "InvokeRole ResourcePolicy",
	}
	samHTTPAuth = properties{honoured: "Authorizers DefaultAuthorizer EnableIamAuthorizer"}
	eventAuth   = properties{
		honoured: "ApiKeyRequired AuthorizationScopes Authorizer",
		silent:   "InvokeRole OverrideApiAuth ResourcePolicy",
	}
	httpEventAuth = properties{honoured: "AuthorizationScopes Authorizer"}
)

// A samGuard is the Auth of one SAM API.
type samGuard struct {
	authorizers map[string]*Authorization // by the names of Auth, with scopes of their own
	standard    *Authorization            // of what says nothing else; nil: none
	preflights  bool                      // it is asked of OPTIONS too
}

// readSAMAuth reads the authorizers of a SAM API.
func (l *loader) readSAMAuth(id string, in reader) samGuard {
	auth := in.under("Auth")
	l.checkProperties(id, auth.n, samAuth)
	g := samGuard{preflights: auth.text("AddDefaultAuthorizerToCorsPreflight", "true") == "true"}
	g.authorizers = l.samAuthorizers(id, auth, l.readSAMAuthorizer)
	g.standard = g.named(auth, "DefaultAuthorizer", nil)
	return g
}

// readSAMHTTPAuth reads the authorizers of a SAM HTTP API.
func (l *loader) readSAMHTTPAuth(id string, in reader) samGuard {
	auth := in.under("Auth")
	l.checkProperties(id, auth.n, samHTTPAuth)
	g := samGuard{authorizers: l.samAuthorizers(id, auth, l.readSAMHTTPAuthorizer), preflights: true}
	g.standard = g.named(auth, "DefaultAuthorizer", nil)
	return g
}

// samAuthorizers reads Authorizers of Auth.
func (l *loader) samAuthorizers(id string, auth reader, read func(*Authorizer, reader) error) map[string]*Authorization {
	in := auth.under("Authorizers")
	all := make(map[string]*Authorization)
	for _, f := range in.n.entries() {
		one := in.alone().under(f.key)
		a := &Authorizer{Source: one.source(f.line, nil), LogicalID: id, Name: f.key}
		auth.stick(read(a, one))
		all[f.key] = &Authorization{Authorizer: a, Scopes: one.texts("AuthorizationScopes")}
	}
	return all
}

// named returns the authorization that the name at key stands for, fallback if
// there is no name. SAM refuses a name that is none of its authorizers, in similar words.
func (g samGuard) named(in reader, key string, fallback *Authorization) *Authorization {
	switch name := in.text(key, ""); {
	case name == "":
		return fallback
	case name == samOpen:
		return nil
	case name == samIAM:
		return &Authorization{}
	case g.authorizers[name] == nil:
		in.refuse(key, "%s was not defined in 'Authorizers' of its API", quote(name))
		return nil
	default:
		return g.authorizers[name]
	}
}

// ofEvent returns what the event of a function asks of callers. in reads the
// event, of the function of.
func (l *loader) ofEvent(g samGuard, in reader, of, verb string, keys properties) *Authorization {
	auth := in.under("Auth")
	l.checkProperties(of, auth.n, keys)
	standard := g.standard
	if verb == "OPTIONS" && !g.preflights {
		standard = nil
	}
	a := g.named(auth, "Authorizer", standard)
	if scopes := auth.texts("AuthorizationScopes"); a != nil && scopes != nil {
		a = &Authorization{Authorizer: a.Authorizer, Scopes: scopes}
	}
	return a
}

// readSAMAuthorizer reads an authorizer of a SAM API: of user pools, or of a
// function.
func (l *loader) readSAMAuthorizer(a *Authorizer, in reader) error {
	identity := in.under("Identity")
	s := authorize.Settings{}
	switch {
	case in.value("UserPoolArn") != nil:
		s.Kind = authorize.UserPools
		s.Issuers = in.poolIssuers("UserPoolArn")
	case in.oneOf("FunctionPayloadType", ofToken, ofToken, ofRequest) == ofRequest:
		s.Kind = authorize.Request
	default:
		s.Kind = authorize.Token
	}
	if s.Kind == authorize.Request {
		s.Sources = identity.samSources()
	} else {
		s.Sources = []authorize.Source{{Place: authorize.Header, Name: identity.text("Header", "Authorization")}}
		l.readValidation(&s, identity, "ValidationExpression", a.LogicalID)
	}
	if s.Kind.OfFunction() {
		s.TTL = identity.reauthorize(restTTL)
		s.Function = in.functionARN("FunctionArn")
		if s.Kind == authorize.Request && len(s.Sources) == 0 && s.TTL > 0 {
			in.fail(in.lineOf("Identity"), "%sIdentity: an authorizer of type REQUEST needs Headers, QueryStrings, StageVariables or Context, "+
				"or ReauthorizeEvery: 0", in.label)
		}
	}
	return l.settle(a, in, s)
}

// readSAMHTTPAuthorizer reads an authorizer of a SAM HTTP API: of tokens, or of a
// function.
func (l *loader) readSAMHTTPAuthorizer(a *Authorizer, in reader) error {
	s := authorize.Settings{Kind: authorize.JWT}
	if in.value("FunctionArn") == nil {
		in.readSources(&s, "IdentitySource", true)
		jwt := in.under("JwtConfiguration")
		s.Issuers, s.Audience = []string{jwt.inAnyCase("issuer")}, jwt.listInAnyCase("audience")
		return l.settle(a, in, s)
	}
	s.Kind = authorize.Request
	identity := in.under("Identity")
	s.Sources, s.TTL = identity.samSources(), identity.reauthorize(0)
	s.Function = in.functionARN("FunctionArn")
	s.Payload = in.oneOf("AuthorizerPayloadFormatVersion", "", payload1, payload2)
	if s.Payload == "" {
		in.wrong(in.label+"AuthorizerPayloadFormatVersion", l.errorf(in.line, "%sAuthorizerPayloadFormatVersion is missing", in.label))
	}
	s.Simple = s.Payload == payload2 && in.text("EnableSimpleResponses", "false") == "true"
	return l.settle(a, in, s)
}

// samSources returns the identity sources of an Identity.
func (r reader) samSources() []authorize.Source {
	var all []authorize.Source
	for _, of := range []struct {
		key   string
		place authorize.Place
	}{
		{"Headers", authorize.Header}, {"QueryStrings", authorize.QueryString}, {"StageVariables", authorize.StageVariable}, {"Context", authorize.Context},
	} {
		for _, name := range r.texts(of.key) {
			all = append(all, authorize.Source{Place: of.place, Name: name})
		}
	}
	return all
}

func (r reader) reauthorize(fallback int) time.Duration {
	return time.Duration(r.integer("ReauthorizeEvery", fallback, 0, maxAuthorizerTTL)) * time.Second
}

// functionARN returns the name of the function whose ARN is at key.
func (r reader) functionARN(key string) string {
	name, _ := functionIn(r.required(key))
	if name == "" {
		r.refuse(key, "is no ARN of a function")
	}
	return name
}

// inAnyCase returns the text at a key whose first letter may be a capital.
func (r reader) inAnyCase(key string) string {
	if r.n.get(key) == nil {
		if other := strings.ToUpper(key[:1]) + key[1:]; r.n.get(other) != nil {
			return r.required(other)
		}
	}
	return r.required(key)
}

// listInAnyCase returns the list at such a key, which must not be empty.
func (r reader) listInAnyCase(key string) []string {
	if other := strings.ToUpper(key[:1]) + key[1:]; r.n.get(key) == nil && r.n.get(other) != nil {
		key = other
	}
	all := r.texts(key)
	if len(all) == 0 {
		r.wrong(r.label+key, r.e.errorf(r.line, "%s%s is missing", r.label, key))
	}
	return all
}

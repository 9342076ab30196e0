package guard

import (
	"errors"
	"fmt"
	"strings"

	"lullaby/gateway"
	"lullaby/gateway/authorize"
	"lullaby/instant"
	"lullaby/internal/jwt"
	"lullaby/internal/object"
	"lullaby/template"
)

// askToken checks a token. A denial of an HTTP API has a challenge
// (docs/aws/gateway.md#json-web-tokens).
func (g *Guard) askToken(a *template.Authorization, token string, now instant.Instant) (*Caller, *Denial) {
	s := a.Authorizer.Settings
	claims, err := g.read(token)
	if err == nil {
		err = s.Check(now, claims, a.Scopes, !g.options.Unverified)
	}
	if err == nil {
		return &Caller{claims: claims, scopes: scopesOf(a, claims)}, nil
	}
	d := &Denial{Refusal: gateway.Unauthorized, Cause: err}
	refused, _ := errors.AsType[*authorize.TokenError](err)
	if s.Kind == authorize.JWT {
		d.Challenge = fmt.Sprintf(`Bearer scope="%s" error="invalid_token" error_description="%s"`, strings.Join(a.Scopes, " "), err)
	}
	switch {
	case refused == nil:
	case refused.Scope && s.Kind == authorize.JWT:
		d.Refusal = gateway.NotAllowed
		d.Challenge = fmt.Sprintf(`Bearer scope="%s" error="insufficient_scope" error_description="%s"`, strings.Join(a.Scopes, " "), err)
	case refused.Expired && s.Kind == authorize.UserPools:
		d.Refusal = gateway.TokenExpired
	}
	return nil, d
}

// read returns the claims of a token.
func (g *Guard) read(token string) (object.Object, error) {
	switch {
	case g.options.Unverified:
		return jwt.Read(token)
	case g.options.Tokens != nil:
		return g.options.Tokens.Verify(token)
	default:
		return nil, errors.New("no key of the issuer is here: --jwks or --auth unverified")
	}
}

// scopesOf returns the scopes of a token in the event of a route that asks for
// some, nil where it asks for none.
func scopesOf(a *template.Authorization, claims object.Object) []string {
	if len(a.Scopes) == 0 {
		return nil
	}
	return authorize.Scopes(claims)
}

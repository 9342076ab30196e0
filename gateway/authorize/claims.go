package authorize

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/instant"
	"lullaby/internal/object"
)

// A TokenError says why a token is refused.
type TokenError struct {
	Reason  string // for error_description of an HTTP API
	Expired bool
	Scope   bool // the token is good, and its scopes do not suffice
}

func (e *TokenError) Error() string { return e.Reason }

// Check refuses a token whose claims do not let it invoke a method that asks for
// one of some scopes; without scopes any will do
// (docs/aws/gateway.md#json-web-tokens, docs/aws/gateway.md#user-pools). Of a token
// that is not verified neither issuer nor audience is looked at: nobody here has a
// key of theirs. The error is a *TokenError.
func (s *Settings) Check(now instant.Instant, claims object.Object, scopes []string, verified bool) error {
	issuer, _ := claims.Text("iss")
	if verified && !slices.Contains(s.Issuers, issuer) {
		return &TokenError{Reason: "the token does not have a valid issuer"}
	}
	if err := checkTimes(now.Time().Unix(), claims); err != nil {
		return err
	}
	if s.Kind == UserPools {
		return s.checkUse(claims, scopes)
	}
	if verified && !s.hasAudience(claims) {
		return &TokenError{Reason: "the token does not have a valid audience"}
	}
	if !hasScope(claims, scopes) {
		return &TokenError{Reason: "the token does not have a required scope", Scope: true}
	}
	return nil
}

// checkTimes refuses a token before or after its time. Assumed: AWS's clock and
// the issuer's agree to the second, since no leeway is documented; and a token
// that never ends is none.
func checkTimes(now int64, claims object.Object) error {
	until, ok := claims.Seconds("exp")
	if !ok {
		return &TokenError{Reason: "the token does not say when it expires"}
	}
	if now >= until {
		return &TokenError{Reason: "the token has expired", Expired: true}
	}
	for _, name := range []string{"nbf", "iat"} {
		if _, given := claims[name]; !given {
			continue
		}
		if from, ok := claims.Seconds(name); !ok || now < from {
			return &TokenError{Reason: "the token is not valid yet"}
		}
	}
	return nil
}

// hasAudience reports whether the token is for one of the audience. Only a token
// without aud is for its client_id.
func (s *Settings) hasAudience(claims object.Object) bool {
	name := "aud"
	if _, given := claims[name]; !given {
		name = "client_id"
	}
	of, _ := claims.Texts(name)
	return slices.ContainsFunc(of, func(a string) bool { return slices.Contains(s.Audience, a) })
}

// checkUse refuses an access token where a method has no scopes, and an identity
// token where it has.
func (s *Settings) checkUse(claims object.Object, scopes []string) error {
	want := "id"
	if len(scopes) > 0 {
		want = "access"
	}
	if use, _ := claims.Text("token_use"); use != want {
		return &TokenError{Reason: "the method takes tokens of token_use " + want}
	}
	if audience, _ := claims.Text("aud"); s.Validation != nil && !s.Validation.MatchString(audience) {
		return &TokenError{Reason: "the audience does not match the authorizer's expression"}
	}
	if !hasScope(claims, scopes) {
		return &TokenError{Reason: "the token does not have a required scope", Scope: true}
	}
	return nil
}

// hasScope reports whether a token has one of some scopes, or needs none.
func hasScope(claims object.Object, scopes []string) bool {
	if len(scopes) == 0 {
		return true
	}
	return slices.ContainsFunc(Scopes(claims), func(s string) bool { return slices.Contains(scopes, s) })
}

// Scopes returns the scopes of a token: the words of scope or of scp, which may
// be a list.
func Scopes(claims object.Object) []string {
	texts, ok := claims.Texts("scope")
	if !ok {
		texts, _ = claims.Texts("scp")
	}
	all := make([]string, 0, len(texts))
	for _, text := range texts {
		all = append(all, strings.Fields(text)...)
	}
	return all
}

// RestClaims returns the claims as events of REST APIs have them, sorted by name:
// as text, lists by commas, dates spelt out (docs/aws/gateway.md#user-pools).
func RestClaims(claims object.Object) []Member {
	return members(claims, func(name string, v jsontext.Value) string {
		if seconds, ok := claims.Seconds(name); ok && (name == "exp" || name == "iat" || name == "nbf") {
			return time.Unix(seconds, 0).UTC().Format("Mon Jan 02 15:04:05 MST 2006")
		}
		if items, ok := object.Items(v); ok {
			return join(items, ",")
		}
		return plain(v)
	})
}

// HTTPClaims returns the claims as events of HTTP APIs have them, sorted by name:
// as text, lists in brackets (docs/aws/gateway.md#json-web-tokens).
func HTTPClaims(claims object.Object) []Member {
	return members(claims, func(_ string, v jsontext.Value) string {
		if items, ok := object.Items(v); ok {
			return "[" + join(items, " ") + "]"
		}
		return plain(v)
	})
}

func members(claims object.Object, text func(name string, v jsontext.Value) string) []Member {
	var all []Member
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		if v := claims[name]; v.Kind() != jsontext.KindNull {
			all = append(all, Member{name, quote(text(name, v))})
		}
	}
	return all
}

func join(items []jsontext.Value, by string) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = plain(item)
	}
	return strings.Join(texts, by)
}

// plain returns the text of a value: of text itself, of others their JSON.
func plain(v jsontext.Value) string {
	if text, ok := object.Text(v); ok {
		return text
	}
	return string(v)
}

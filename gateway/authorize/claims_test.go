package authorize_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lullaby/gateway/authorize"
	"lullaby/instant"
	"lullaby/internal/object"
)

func claimsOf(t *testing.T, text string) object.Object {
	t.Helper()
	claims, err := object.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestCheck(t *testing.T) {
	validation, err := authorize.ParseValidation("app|client")
	if err != nil {
		t.Fatal(err)
	}
	jwt := authorize.Settings{Kind: authorize.JWT, Issuers: []string{"https://idp"}, Audience: []string{"app", "web"}}
	pools := authorize.Settings{Kind: authorize.UserPools, Issuers: []string{"https://pool1", "https://pool2"}}
	matched := pools
	matched.Validation = validation
	tests := []struct {
		name     string
		settings authorize.Settings
		claims   string
		scopes   string
		want     string // empty: it is taken
	}{
		{"good", jwt, `{"iss":"https://idp","aud":"app","exp":1001,"iat":1000,"nbf":999}`, "", ""},
		{"one of several audiences", jwt, `{"iss":"https://idp","aud":["x","web"],"exp":1001}`, "", ""},
		{"client_id without aud", jwt, `{"iss":"https://idp","client_id":"app","exp":1001}`, "", ""},
		{"client_id beside aud", jwt, `{"iss":"https://idp","aud":"x","client_id":"app","exp":1001}`, "", "the token does not have a valid audience"},
		{"no audience", jwt, `{"iss":"https://idp","exp":1001}`, "", "the token does not have a valid audience"},
		{"another issuer", jwt, `{"iss":"https://idp/","aud":"app","exp":1001}`, "", "the token does not have a valid issuer"},
		{"no issuer", jwt, `{"aud":"app","exp":1001}`, "", "the token does not have a valid issuer"},
		{"expired in this second", jwt, `{"iss":"https://idp","aud":"app","exp":1000}`, "", "the token has expired"},
		{"never expires", jwt, `{"iss":"https://idp","aud":"app"}`, "", "the token does not say when it expires"},
		{"expires in text", jwt, `{"iss":"https://idp","aud":"app","exp":"1001"}`, "", "the token does not say when it expires"},
		{"not yet", jwt, `{"iss":"https://idp","aud":"app","exp":1009,"nbf":1001}`, "", "the token is not valid yet"},
		{"of the future", jwt, `{"iss":"https://idp","aud":"app","exp":1009,"iat":1001}`, "", "the token is not valid yet"},
		{"a scope", jwt, `{"iss":"https://idp","aud":"app","exp":1001,"scope":"read write"}`, "admin write", ""},
		{"a scope in scp", jwt, `{"iss":"https://idp","aud":"app","exp":1001,"scp":["read","write"]}`, "write", ""},
		{"not the scope", jwt, `{"iss":"https://idp","aud":"app","exp":1001,"scope":"reader"}`, "read", "the token does not have a required scope"},
		{"no scope", jwt, `{"iss":"https://idp","aud":"app","exp":1001}`, "read", "the token does not have a required scope"},

		{"identity token", pools, `{"iss":"https://pool2","aud":"app","exp":1001,"token_use":"id"}`, "", ""},
		{"access token", pools, `{"iss":"https://pool1","exp":1001,"token_use":"access","scope":"a/b"}`, "a/b", ""},
		{"access token without scopes", pools, `{"iss":"https://pool1","exp":1001,"token_use":"access","scope":"a/b"}`, "", "the method takes tokens of token_use id"},
		{"identity token with scopes", pools, `{"iss":"https://pool1","exp":1001,"token_use":"id"}`, "a/b", "the method takes tokens of token_use access"},
		{"another scope", pools, `{"iss":"https://pool1","exp":1001,"token_use":"access","scope":"a/c"}`, "a/b", "the token does not have a required scope"},
		{"another pool", pools, `{"iss":"https://pool3","exp":1001,"token_use":"id"}`, "", "the token does not have a valid issuer"},
		{"audience that matches", matched, `{"iss":"https://pool2","aud":"client","exp":1001,"token_use":"id"}`, "", ""},
		{"audience that does not", matched, `{"iss":"https://pool2","aud":"apple","exp":1001,"token_use":"id"}`, "", "the audience does not match the authorizer's expression"},
	}
	now := instant.Of(time.Unix(1000, 999_999_999))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.settings.Check(now, claimsOf(t, tt.claims), strings.Fields(tt.scopes), true)
			if got := fmt.Sprint(err); err != nil && got != tt.want || err == nil && tt.want != "" {
				t.Errorf("Check = %v, want %q", err, tt.want)
			}
			if err != nil {
				of, _ := errors.AsType[*authorize.TokenError](err)
				if of.Expired != strings.Contains(tt.want, "expired") || of.Scope != strings.Contains(tt.want, "required scope") {
					t.Errorf("Check = %+v", of)
				}
			}
		})
	}
}

func TestClaimsInEvents(t *testing.T) {
	claims := claimsOf(t, `{"sub":"ann","cognito:groups":["admin","user"],"email_verified":true,"auth_time":1652884341,`+
		`"exp":1652887941,"iat":1652884341,"address":{"city":"x"},"middle_name":null}`)
	text := func(all []authorize.Member) string {
		var b strings.Builder
		for _, m := range all {
			fmt.Fprintf(&b, "%s=%s\n", m.Name, m.Value)
		}
		return b.String()
	}
	const rest = `address="{\"city\":\"x\"}"
auth_time="1652884341"
cognito:groups="admin,user"
email_verified="true"
exp="Wed May 18 15:32:21 UTC 2022"
iat="Wed May 18 14:32:21 UTC 2022"
sub="ann"
`
	const http = `address="{\"city\":\"x\"}"
auth_time="1652884341"
cognito:groups="[admin user]"
email_verified="true"
exp="1652887941"
iat="1652884341"
sub="ann"
`
	if got := text(authorize.RestClaims(claims)); got != rest {
		t.Errorf("RestClaims:\n%s\nwant\n%s", got, rest)
	}
	if got := text(authorize.HTTPClaims(claims)); got != http {
		t.Errorf("HTTPClaims:\n%s\nwant\n%s", got, http)
	}
}

func TestParseSource(t *testing.T) {
	for _, text := range []string{"", "method.request.path.id", "method.request.header.", "$request.body.x", "Authorization", "request.header.A"} {
		if s, ok := authorize.ParseSource(text); ok {
			t.Errorf("ParseSource(%q) = %v", text, s)
		}
	}
}

func TestBearerToken(t *testing.T) {
	for value, want := range map[string]string{"Bearer a.b.c": "a.b.c", "bearer  a": "a", "a.b.c": "a.b.c", "Bearer": "Bearer", "Basic x": "Basic x"} {
		if got := authorize.BearerToken(value); got != want {
			t.Errorf("BearerToken(%q) = %q, want %q", value, got, want)
		}
	}
}

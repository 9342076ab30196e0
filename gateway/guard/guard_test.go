package guard_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/go-jose/go-jose/v4"

	"lullaby/gateway"
	"lullaby/gateway/authorize"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/internal/jwt"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/template"
)

// A function is a Lambda with one function.
type function func(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error)

func (f function) Invoke(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
	return f(ctx, in)
}

// headers are the only values that questions of the tests have.
type headers map[string]string

func (h headers) Header(name string) string   { return h[strings.ToLower(name)] }
func (h headers) QueryString(string) string   { return "" }
func (h headers) Context(string) string       { return "" }
func (h headers) StageVariable(string) string { return "" }

func question(authorization string) *guard.Question {
	return &guard.Question{
		Values: headers{"authorization": authorization}, At: time.Now(), TraceID: "trace",
		ARN:   "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/item",
		Event: func(identity []string) []byte { return fmt.Appendf(nil, `{"identity":%q}`, identity) },
	}
}

var ofHeader = []authorize.Source{{Place: authorize.Header, Name: "Authorization"}}

const policy = `{"principalId":"ann","policyDocument":{"Statement":[{"Effect":"%s","Action":"execute-api:Invoke","Resource":"*"}]},"context":{"n":1},"usageIdentifierKey":"key"}`

func authorization(s authorize.Settings, scopes ...string) *template.Authorization {
	return &template.Authorization{Authorizer: &template.Authorizer{Name: "a", Settings: s}, Scopes: scopes}
}

// What a function answers, or becomes of it, is what the client gets.
func TestFunction(t *testing.T) {
	tests := []struct {
		name   string
		kind   authorize.Kind
		answer func(ctx context.Context) (lambda.InvokeOutput, error)
		event  string // that it gets
		want   gateway.Refusal
	}{
		{"token", authorize.Token, says(fmt.Sprintf(policy, "Allow")), `{"type":"TOKEN","methodArn":"arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/item","authorizationToken":"x\"y"}`, 0},
		{"request", authorize.Request, says(fmt.Sprintf(policy, "Allow")), `{"identity":["x\"y"]}`, 0},
		{"denied", authorize.Request, says(fmt.Sprintf(policy, "Deny")), "", gateway.Denied},
		{"nothing allowed", authorize.Request, says(`{"principalId":"a","policyDocument":{"Statement":[]}}`), "", gateway.NotAllowed},
		{"nothing answered", authorize.Request, says(`null`), "", gateway.AuthorizerMisconfigured},
		{"Unauthorized", authorize.Token, fails(`{"errorMessage":"Unauthorized","errorType":"Error"}`), "", gateway.Unauthorized},
		{"unauthorized in other words", authorize.Token, fails(`{"errorMessage":"Unauthorized: expired"}`), "", gateway.AuthorizerFailed},
		{"throttled", authorize.Token, func(context.Context) (lambda.InvokeOutput, error) {
			return lambda.InvokeOutput{}, errors.New("throttled")
		}, "", gateway.AuthorizerFailed},
		{"slow", authorize.Token, func(ctx context.Context) (lambda.InvokeOutput, error) {
			<-ctx.Done()
			return lambda.InvokeOutput{}, ctx.Err()
		}, "", gateway.AuthorizerFailed},
		{"no kind", 0, says(`{}`), "", gateway.AuthorizerMisconfigured},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := guard.New(guard.Options{Functions: function(func(ctx context.Context, in lambda.InvokeInput) (lambda.InvokeOutput, error) {
					if tt.event != "" && string(in.Payload) != tt.event || in.FunctionName != "judge" || in.TraceID != "trace" {
						t.Errorf("invoked %s %s with %s, want %s", in.FunctionName, in.TraceID, in.Payload, tt.event)
					}
					return tt.answer(ctx)
				})})
				begun := time.Now()
				caller, denial := g.Ask(t.Context(), authorization(authorize.Settings{Kind: tt.kind, Sources: ofHeader, Function: "judge"}), question(`x"y`))
				if denial == nil && tt.want != 0 || denial != nil && denial.Refusal != tt.want {
					t.Fatalf("Ask = %v, %+v, want %d", caller, denial, tt.want)
				}
				if tt.want == 0 && caller.UsageKey() != "key" {
					t.Errorf("UsageKey = %q, want key", caller.UsageKey())
				}
				if took := time.Since(begun); took > gateway.AuthorizerTimeout {
					t.Errorf("waited %v", took)
				}
			})
		})
	}
}

func says(payload string) func(context.Context) (lambda.InvokeOutput, error) {
	return func(context.Context) (lambda.InvokeOutput, error) {
		return lambda.InvokeOutput{Payload: []byte(payload)}, nil
	}
}

func fails(payload string) func(context.Context) (lambda.InvokeOutput, error) {
	return func(context.Context) (lambda.InvokeOutput, error) {
		return lambda.InvokeOutput{FunctionError: "Unhandled", Payload: []byte(payload)}, nil
	}
}

// An answer is asked for once while it is kept, also by two routes; a failure is
// not kept.
func TestAnswersAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, failing := 0, true
		g := guard.New(guard.Options{Functions: function(func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
			if asked++; failing {
				return lambda.InvokeOutput{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"Unauthorized"}`)}, nil
			}
			return lambda.InvokeOutput{Payload: fmt.Appendf(nil, policy, "Allow")}, nil
		})})
		a := authorization(authorize.Settings{Kind: authorize.Token, Sources: ofHeader, TTL: time.Minute})
		other := &template.Authorization{Authorizer: a.Authorizer}
		ask := func(of *template.Authorization) { g.Ask(t.Context(), of, question("x")) }
		ask(a)
		ask(a)
		if asked != 2 {
			t.Errorf("asked %d times about what failed, want 2", asked)
		}
		asked, failing = 0, false
		ask(a)
		time.Sleep(time.Minute - 1)
		ask(other)
		if asked != 1 {
			t.Errorf("asked %d times within a minute, want 1", asked)
		}
		time.Sleep(time.Nanosecond)
		ask(a)
		if asked != 2 {
			t.Errorf("asked %d times after a minute, want 2", asked)
		}
	})
}

var signer = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// token returns a signed token.
func token(t *testing.T, claims string) string {
	t.Helper()
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + enc.EncodeToString([]byte(claims))
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, signer(), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + enc.EncodeToString(signature)
}

func keySet(t *testing.T) *jwt.Keys {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signer().Public(), KeyID: "k"}}})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := jwt.ReadKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestTokens(t *testing.T) {
	ofJWT := authorize.Settings{Kind: authorize.JWT, Sources: ofHeader, Issuers: []string{"idp"}, Audience: []string{"app"}}
	ofPool := authorize.Settings{Kind: authorize.UserPools, Sources: ofHeader, Issuers: []string{"pool"}}
	good := `{"iss":"idp","aud":"app","exp":253402300799,"scope":"a b","groups":["x","y"]}`
	forged := token(t, good)
	forged = forged[:len(forged)-8] + "AAAAAAAA"
	verified, unverified, closed := guard.Options{Tokens: keySet(t)}, guard.Options{Unverified: true}, guard.Options{}
	tests := []struct {
		name      string
		options   guard.Options
		a         *template.Authorization
		token     string
		refusal   gateway.Refusal
		challenge string
		event     string // of payload 2.0, or of a REST API
	}{
		{"verified", verified, authorization(ofJWT), "Bearer " + token(t, good), 0, "", `,"authorizer":{"jwt":{"claims":{"aud":"app","exp":"253402300799","groups":"[x y]","iss":"idp","scope":"a b"},"scopes":null}}`},
		{"with a scope", verified, authorization(ofJWT, "c", "b"), token(t, good), 0, "", `,"authorizer":{"jwt":{"claims":{"aud":"app","exp":"253402300799","groups":"[x y]","iss":"idp","scope":"a b"},"scopes":["a","b"]}}`},
		{"without it", verified, authorization(ofJWT, "c", "d"), token(t, good), gateway.NotAllowed, `Bearer scope="c d" error="insufficient_scope" error_description="the token does not have a required scope"`, ""},
		{"forged", verified, authorization(ofJWT), forged, gateway.Unauthorized, `Bearer scope="" error="invalid_token" error_description="crypto/rsa: verification error"`, ""},
		{"no token", verified, authorization(ofJWT), "", gateway.Unauthorized, "Bearer", ""},
		{"no JWT", verified, authorization(ofJWT), "secret", gateway.Unauthorized, `Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"`, ""},
		{"another audience", verified, authorization(ofJWT), token(t, `{"iss":"idp","aud":"x","exp":253402300799}`), gateway.Unauthorized, `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`, ""},
		{"no keys", closed, authorization(ofJWT), token(t, good), gateway.Unauthorized, `Bearer scope="" error="invalid_token" error_description="no key of the issuer is here: --jwks or --auth unverified"`, ""},
		{"unverified", unverified, authorization(ofJWT), token(t, `{"iss":"other","exp":253402300799}`), 0, "", `,"authorizer":{"jwt":{"claims":{"exp":"253402300799","iss":"other"},"scopes":null}}`},
		{"unverified and expired", unverified, authorization(ofJWT), token(t, `{"exp":1}`), gateway.Unauthorized, `Bearer scope="" error="invalid_token" error_description="the token has expired"`, ""},
		{"identity token", verified, authorization(ofPool), token(t, `{"iss":"pool","token_use":"id","exp":253402300799}`), 0, "", `,"authorizer":{"claims":{"exp":"Fri Dec 31 23:59:59 UTC 9999","iss":"pool","token_use":"id"}}`},
		{"expired", verified, authorization(ofPool), token(t, `{"iss":"pool","token_use":"id","exp":1}`), gateway.TokenExpired, "", ""},
		{"without the scope", verified, authorization(ofPool, "a"), token(t, `{"iss":"pool","token_use":"access","scope":"b","exp":253402300799}`), gateway.Unauthorized, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			caller, denial := guard.New(tt.options).Ask(t.Context(), tt.a, question(tt.token))
			if denial != nil {
				if denial.Refusal != tt.refusal || denial.Challenge != tt.challenge || denial.Cause == nil {
					t.Errorf("Ask = %+v, want %d, %s", denial, tt.refusal, tt.challenge)
				}
				return
			}
			if tt.refusal != 0 {
				t.Fatalf("Ask = %+v, want the refusal %d", caller, tt.refusal)
			}
			event := caller.AppendHTTP(nil, "2.0")
			if tt.a.Authorizer.Settings.Kind == authorize.UserPools {
				event = caller.AppendREST(nil)
			}
			if string(event) != tt.event {
				t.Errorf("event has %s, want %s", event, tt.event)
			}
		})
	}
}

// Without keys any signature is taken, with keys only a right one; the caller is the
// account.
func TestSignatures(t *testing.T) {
	sign := func(secret string) func() *sigv4.Request {
		r := httptest.NewRequest(http.MethodGet, "/item?a=b", http.NoBody)
		sum := sha256.Sum256(nil)
		creds := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: secret}
		if err := v4.NewSigner().SignHTTP(t.Context(), creds, r, hex.EncodeToString(sum[:]), "execute-api", "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
		return func() *sigv4.Request { return edge.ToSign(r, nil) }
	}
	keys := sigv4.Keys{"AKID": {SecretAccessKey: "right"}}
	for _, tt := range []struct {
		name   string
		keys   sigv4.Keys
		secret string
		want   gateway.Refusal
	}{
		{"any", nil, "any", 0},
		{"right", keys, "right", 0},
		{"wrong", keys, "wrong", gateway.BadSignature},
		{"of nobody", sigv4.Keys{}, "right", gateway.UnknownKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := question("")
			q.Signed = sign(tt.secret)
			caller, denial := guard.New(guard.Options{Signing: tt.keys}).Ask(t.Context(), &template.Authorization{}, q)
			if denial != nil {
				if denial.Refusal != tt.want {
					t.Errorf("Ask = %+v, want %d", denial, tt.want)
				}
				return
			}
			want := guard.Signer{AccessKey: "AKID", Account: "123456789012", UserARN: "arn:aws:iam::123456789012:root"}
			if got := caller.Signer(); tt.want != 0 || *got != want {
				t.Errorf("Signer = %+v, want %+v (or the refusal %d)", got, want, tt.want)
			}
			const event = `,"authorizer":{"iam":{"accessKey":"AKID","accountId":"123456789012","callerId":"123456789012","cognitoIdentity":null,` +
				`"principalOrgId":null,"userArn":"arn:aws:iam::123456789012:root","userId":"123456789012"}}`
			if got := string(caller.AppendHTTP(nil, "2.0")); got != event {
				t.Errorf("event has %s, want %s", got, event)
			}
		})
	}
}

// What a function says reaches the event in the form of each API, with the
// milliseconds that it took.
func TestAnswersInEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Options{Functions: function(func(context.Context, lambda.InvokeInput) (lambda.InvokeOutput, error) {
			time.Sleep(7 * time.Millisecond)
			return lambda.InvokeOutput{Payload: []byte(`{"principalId":"ann","policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}},` +
				`"context":{"n":1,"principalId":"eve","b":true}}`)}, nil
		})})
		caller, denial := g.Ask(t.Context(), authorization(authorize.Settings{Kind: authorize.Request}), question(""))
		if denial != nil {
			t.Fatal(denial)
		}
		for _, tt := range []struct{ got, want string }{
			{string(caller.AppendREST(nil)), `,"authorizer":{"b":"true","n":"1","principalId":"ann","integrationLatency":7}`},
			{string(caller.AppendHTTP(nil, "1.0")), `,"authorizer":{"b":true,"n":1,"principalId":"ann","integrationLatency":7}`},
			{string(caller.AppendHTTP(nil, "2.0")), `,"authorizer":{"lambda":{"b":true,"n":1,"principalId":"eve"}}`},
		} {
			if tt.got != tt.want {
				t.Errorf("event has %s, want %s", tt.got, tt.want)
			}
		}
	})
}

package jwt_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"lullaby/internal/jwt"
)

// key signs the tokens of the tests.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// keySet returns a key set with the tests' key under a name.
func keySet(t testing.TB, kid, algorithm string) *jwt.Keys {
	t.Helper()
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key().Public(), KeyID: kid, Algorithm: algorithm, Use: "sig"}}}
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := jwt.ReadKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// sign returns a token with a header and claims, signed as RS256 whatever the
// header says.
func sign(t testing.TB, header, claims string) string {
	t.Helper()
	text := encode(header) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key(), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(string(signature))
}

func TestVerify(t *testing.T) {
	good := sign(t, `{"alg":"RS256","kid":"one"}`, `{"sub":"ann","exp":17}`)
	claims, err := keySet(t, "one", "RS256").Verify(good)
	if err != nil {
		t.Fatal(err)
	}
	if sub, _ := claims.Text("sub"); sub != "ann" {
		t.Errorf("sub = %q, want ann", sub)
	}
	if exp, ok := claims.Seconds("exp"); exp != 17 || !ok {
		t.Errorf("exp = %d, %v, want 17", exp, ok)
	}
}

// A token is refused whose signature is not RSA's with a key of the set, however
// it says that it is.
func TestVerifyRefuses(t *testing.T) {
	public, err := x509.MarshalPKIXPublicKey(key().Public())
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	confused := encode(`{"alg":"HS256","kid":"one"}`) + "." + encode(`{"sub":"eve"}`)
	mac.Write([]byte(confused))
	good := sign(t, `{"alg":"RS256","kid":"one"}`, `{"sub":"ann"}`)
	part := strings.Split(good, ".")
	tests := []struct{ name, token, want string }{
		{"nothing", "", "token contains an invalid number of segments"},
		{"two parts", "a.b", "token contains an invalid number of segments"},
		{"four parts", good + ".x", "token contains an invalid number of segments"},
		{"not base64", "!.b.c", "illegal base64 data at input byte 0"},
		{"not JSON", encode("{") + "." + part[1] + "." + part[2], "no JSON object"},
		{"a list of claims", sign(t, `{"alg":"RS256","kid":"one"}`, `[]`), "no JSON object"},
		{"claims twice", sign(t, `{"alg":"RS256","kid":"one"}`, `{"sub":"ann","sub":"eve"}`), "no JSON object"},
		{"none", encode(`{"alg":"none","kid":"one"}`) + "." + part[1] + ".", "signing method none is invalid"},
		{"no algorithm", sign(t, `{"kid":"one"}`, `{}`), "signing method unspecified is invalid"},
		{"HMAC by the public key", confused + "." + encode(string(mac.Sum(nil))), "signing method HS256 is invalid"},
		{"algorithm with a line end", sign(t, `{"alg":"x\r\nSet-Cookie: a","kid":"one"}`, `{}`), "signing method unspecified is invalid"},
		{"elliptic", sign(t, `{"alg":"ES256","kid":"one"}`, `{}`), "signing method ES256 is invalid"},
		{"critical extension", sign(t, `{"alg":"RS256","kid":"one","crit":["x"],"x":1}`, `{}`), "crypto/rsa: verification error"},
		{"no kid", sign(t, `{"alg":"RS256"}`, `{}`), "the token names no key (kid)"},
		{"another kid", sign(t, `{"alg":"RS256","kid":"two"}`, `{}`), "the key set has no such key (kid)"},
		{"key of another algorithm", sign(t, `{"alg":"RS512","kid":"one"}`, `{}`), "the key set has no such key (kid)"},
		{"other claims", part[0] + "." + encode(`{"sub":"eve"}`) + "." + part[2], "crypto/rsa: verification error"},
		{"another signature", part[0] + "." + part[1] + "." + encode("x"), "crypto/rsa: verification error"},
		{"its own key", sign(t, `{"alg":"RS256","kid":"two","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}`, `{}`), "the key set has no such key (kid)"},
		{"huge", strings.Repeat("a", jwt.MaxBytes) + ".b.c", "token is longer than 16384 bytes"},
	}
	keys := keySet(t, "one", "RS256")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if claims, err := keys.Verify(tt.token); err == nil || err.Error() != tt.want {
				t.Errorf("Verify = %v, %v, want the error %s", claims, err, tt.want)
			}
		})
	}
}

// Without a key set the claims are taken as they stand, and no more than that.
func TestRead(t *testing.T) {
	claims, err := jwt.Read(encode(`{"alg":"none"}`) + "." + encode(`{"sub":"ann"}`) + ".")
	if sub, _ := claims.Text("sub"); err != nil || sub != "ann" {
		t.Errorf("Read = %v, %v, want sub ann", claims, err)
	}
	if _, err := jwt.Read("secret"); err == nil {
		t.Error("Read takes what is no token")
	}
}

func TestReadKeysRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{``, "not a key set: unexpected end of JSON input"},
		{`{}`, `not a key set: it has no "keys"`},
		{`{"keys":[]}`, "no key of RSA: API Gateway takes no others"},
		{`{"keys":[{"kty":"oct","k":"aHVzaA","kid":"a"}]}`, "no key of RSA: API Gateway takes no others"},
		{`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"a","use":"enc"}]}`, "no key of RSA: API Gateway takes no others"},
		{`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`, `key 1: it has no "kid", by which tokens name it`},
		{`{"keys":[7]}`, "key 1: no JSON object"},
	}
	for _, tt := range tests {
		if _, err := jwt.ReadKeys([]byte(tt.text)); err == nil || err.Error() != tt.want {
			t.Errorf("ReadKeys(%s) = %v, want %s", tt.text, err, tt.want)
		}
	}
}

// A private key in a set verifies as its public one.
func TestReadKeysOfPrivateKey(t *testing.T) {
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key(), KeyID: "one"}}})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := jwt.ReadKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Verify(sign(t, `{"alg":"RS256","kid":"one"}`, `{}`)); err != nil {
		t.Error(err)
	}
}

// What Verify takes, Read reads alike; a changed token is not taken.
func FuzzVerify(f *testing.F) {
	f.Add(sign(f, `{"alg":"RS256","kid":"one"}`, `{"sub":"ann"}`))
	f.Add(encode(`{"alg":"none"}`) + "." + encode(`{}`) + ".")
	keys := keySet(f, "one", "")
	f.Fuzz(func(t *testing.T, token string) {
		verified, err := keys.Verify(token)
		if err != nil {
			return
		}
		read, err := jwt.Read(token)
		if err != nil || len(read) != len(verified) {
			t.Errorf("Verify(%q) = %v, Read = %v, %v", token, verified, read, err)
		}
	})
}

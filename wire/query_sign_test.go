package wire

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/valyala/fasthttp"

	"lullaby/internal/sigv4"
)

// With keys the query protocol takes forms that they signed: by a header, or in the
// query of a GET.
func TestSignedForms(t *testing.T) {
	s, v := New(Services{}, Options{Keys: sigv4.Keys{"a": {SecretAccessKey: "b"}}}), doors()
	v.faults = append(v.faults, sqsFaults...)
	s.speak(awsQuery{[]*service{v}}, v)
	const form, presigned = "Action=Knock&Name.1=x%20y", "/1/red?Action=Knock&Times=2"
	const open, closed = "<KnockResult>", "SignatureDoesNotMatch"
	tests := []struct {
		name, secret string
		presign      bool
		tamper       func(r *fasthttp.Request)
		want         string
	}{
		{"a form", "b", false, nil, open},
		{"a URL", "b", true, nil, open},
		{"a form with another secret", "c", false, nil, closed},
		{"a URL with another secret", "c", true, nil, closed},
		{"another body", "b", false, func(r *fasthttp.Request) { r.SetBodyString("Action=Open") }, closed},
		{"another parameter", "b", true, func(r *fasthttp.Request) {
			r.SetRequestURI(strings.Replace(string(r.RequestURI()), "Times=2", "Times=3", 1))
		}, closed},
		{"a parameter more", "b", false, func(r *fasthttp.Request) { r.SetRequestURI("/1/red?Times=9") }, closed},
		{"another queue", "b", false, func(r *fasthttp.Request) { r.SetRequestURI("/1/blue") }, closed},
		{"no signature", "b", false, func(r *fasthttp.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationToken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := signedForm(t, aws.Credentials{AccessKeyID: "a", SecretAccessKey: tt.secret}, form, presigned, tt.presign)
			if tt.tamper != nil {
				tt.tamper(&c.Request)
			}
			s.handle(c)
			if got := string(c.Response.Body()); !strings.Contains(got, tt.want) {
				t.Errorf("%d %s, want %s", c.Response.StatusCode(), got, tt.want)
			}
		})
	}
}

// signedForm returns a POST of a form to a path, or a GET of a URL if presign.
func signedForm(t *testing.T, keys aws.Credentials, form, url string, presign bool) *fasthttp.RequestCtx {
	t.Helper()
	const host = "http://127.0.0.1:4566"
	ctx, c := context.Background(), new(fasthttp.RequestCtx)
	signer := v4.NewSigner()
	if presign {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, host+url, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed, _, err := signer.PresignHTTP(ctx, keys, r, fmt.Sprintf("%x", sha256.Sum256(nil)), "doors", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		c.Request.Header.SetMethod(http.MethodGet)
		c.Request.SetRequestURI(strings.TrimPrefix(signed, host))
		c.Request.Header.SetHost(r.Host)
		return c
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, host+"/1/red", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", formType)
	if err := signer.SignHTTP(ctx, keys, r, fmt.Sprintf("%x", sha256.Sum256([]byte(form))), "doors", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	c.Request.Header.SetMethod(http.MethodPost)
	c.Request.SetRequestURI("/1/red")
	c.Request.Header.SetHost(r.Host)
	for name := range r.Header {
		c.Request.Header.Set(name, r.Header.Get(name))
	}
	c.Request.Header.SetContentLength(len(form))
	c.Request.SetBodyString(form)
	return c
}

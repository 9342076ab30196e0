package sigv4_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lullaby/internal/sigv4"
)

// noon is the instant of the tests.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

var keys = sigv4.Keys{
	"AKIDLONG":  {SecretAccessKey: "long/secret+"},
	"ASIASHORT": {SecretAccessKey: "short secret", SessionToken: "a+b/c="},
}

func verifier(service string) *sigv4.Verifier {
	return &sigv4.Verifier{Keys: keys, Region: "eu-west-1", Service: service, Skew: 15 * time.Minute}
}

func credentials(id string) aws.Credentials {
	c := keys[id]
	return aws.Credentials{AccessKeyID: id, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

// post returns a request to DynamoDB that is not signed.
func post(tb testing.TB, url, body string) *http.Request {
	tb.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
	return r
}

func hashOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// signed returns r with the signature of AWS's own signer.
func signed(tb testing.TB, r *http.Request, id, service, body string, at time.Time) *http.Request {
	tb.Helper()
	err := v4.NewSigner().SignHTTP(context.Background(), credentials(id), r, hashOf(body), service, "eu-west-1", at)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// received is r as the server sees it.
func received(r *http.Request, body string) *sigv4.Request {
	return &sigv4.Request{
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.RawQuery,
		Body:   []byte(body),
		Names:  slices.Collect(maps.Keys(r.Header)),
		Header: func(name string) string {
			switch name {
			case "host":
				return r.Host
			case "content-length":
				return strconv.FormatInt(r.ContentLength, 10)
			}
			var values []string
			for _, value := range r.Header.Values(name) {
				values = append(values, strings.TrimSpace(value))
			}
			return strings.Join(values, ",")
		},
	}
}

func check(v *sigv4.Verifier, now time.Time, r *sigv4.Request) error {
	s, err := sigv4.Parse(r)
	if err != nil {
		return err
	}
	return v.Verify(now, s, r)
}

const endpoint = "http://dynamodb.eu-west-1.amazonaws.com/"

// What AWS's own signer signs is taken.
func TestSignedIsTaken(t *testing.T) {
	const invoke = "http://127.0.0.1:4566/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Af/invocations?Qualifier=a+b%2Fc"
	tests := []struct{ name, url, id, service string }{
		{"long-term", endpoint, "AKIDLONG", "dynamodb"},
		{"session", endpoint, "ASIASHORT", "dynamodb"},
		{"no path", "http://127.0.0.1:4566", "AKIDLONG", "dynamodb"},
		{"path and query", invoke, "ASIASHORT", "lambda"},
		{"order of the query", "http://h/?b=1&a-=1&a=2&a=1&%7E=&c", "AKIDLONG", "lambda"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := post(t, tt.url, "{}")
			r.Header.Set("X-Amz-Meta", "  a   b ")
			r.Header.Add("X-Amz-Meta", "ü")
			signed(t, r, tt.id, tt.service, "{}", noon)
			if err := check(verifier(tt.service), noon, received(r, "{}")); err != nil {
				t.Errorf("in the header: %v", err)
			}
			r = post(t, tt.url, "{}")
			url, header, err := v4.NewSigner().PresignHTTP(t.Context(), credentials(tt.id), r, hashOf("{}"), tt.service, "eu-west-1", noon)
			if err != nil {
				t.Fatal(err)
			}
			r = post(t, url, "{}")
			r.Header = header
			if err := check(verifier(tt.service), noon, received(r, "{}")); err != nil {
				t.Errorf("in the query: %v", err)
			}
		})
	}
}

// A Date header in HTTP's form is one of a signature.
func TestHTTPDate(t *testing.T) {
	r := signed(t, post(t, endpoint, "{}"), "AKIDLONG", "dynamodb", "{}", noon)
	authorization := r.Header.Get("Authorization")
	r.Header.Del("X-Amz-Date")
	r.Header.Set("Date", noon.Format(http.TimeFormat))
	err := check(verifier("dynamodb"), noon, received(r, "{}"))
	if err == nil || !strings.Contains(err.Error(), "'AWS4-HMAC-SHA256\n20260102T120000Z\n20260102/eu-west-1/dynamodb/aws4_request\n") {
		t.Errorf("signed x-amz-date %s left out: %v, want a mismatch with the instant in the string to sign", authorization, err)
	}
}

// Each refusal has AWS's class and text; the order is that of the checks.
func TestRefusals(t *testing.T) {
	const credential = "AKIDLONG/20260102/eu-west-1/dynamodb/aws4_request"
	auth := func(algorithm, credential, headers string) string {
		return algorithm + " Credential=" + credential + ", SignedHeaders=" + headers + ", Signature=00"
	}
	good := auth("AWS4-HMAC-SHA256", credential, "host")
	tests := []struct {
		name, authorization, date, query string
		kind                             sigv4.Kind
		want                             string
	}{
		{"nothing", "", "", "", sigv4.Missing, "Request is missing Authentication Token"},
		{"another scheme", "Bearer x", "", "", sigv4.Missing, "Request is missing Authentication Token"},
		{"both", good, "", "X-Amz-Algorithm", sigv4.Invalid, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
		{"no equal-sign", "AWS4-HMAC-SHA256 Credential=AKID /2026/x", "", "", sigv4.Incomplete, "'/2026/x' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential=AKID /2026/x'."},
		{"no parts", "AWS4-", "", "", sigv4.Incomplete, "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-"},
		{"no parts in the query", "", "", "X-Amz-Algorithm=&X-Amz-Date=a", sigv4.Incomplete, "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."},
		{"date", good, "201", "", sigv4.Incomplete, "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"expired", good, "20260102T114459Z", "", sigv4.Invalid, "Signature expired: 20260102T114459Z is now earlier than 20260102T114500Z (20260102T120000Z - 15 min.)"},
		{"not yet current", good, "20260102T121501Z", "", sigv4.Invalid, "Signature not yet current: 20260102T121501Z is still later than 20260102T121500Z (20260102T120000Z + 15 min.)"},
		{"host not signed", auth("AWS4-HMAC-SHA256", credential, "x-amz-date;hosts"), "", "", sigv4.Invalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		{"algorithm", auth("AWS4-HMAC-SHA25", credential, "Host"), "", "", sigv4.Incomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). "},
		{"SigV4A", auth("AWS4-ECDSA-P256-SHA256", "AKIDLONG/20260102/dynamodb/aws4_request", "host"), "", "", sigv4.Incomplete, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). "},
		{"credential", auth("AWS4-HMAC-SHA256", "a/b/c/d//", "host"), "", "", sigv4.Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'"},
		{"scope", auth("AWS4-HMAC-SHA256", "a/b/c/d/e", "host"), "", "", sigv4.Invalid, "Credential should be scoped to a valid region, not 'c'. Credential should be scoped to correct service: 'dynamodb'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20260102', from '20260102T120000Z'."},
		{"service", auth("AWS4-HMAC-SHA256", "AKIDLONG/20260102/eu-west-1/sqs/aws4_request", "host"), "", "", sigv4.Invalid, "Credential should be scoped to correct service: 'dynamodb'. "},
		{"key", auth("AWS4-HMAC-SHA256", "AKIDNOBODY/20260102/eu-west-1/dynamodb/aws4_request", "host"), "", "", sigv4.Unrecognized, "The security token included in the request is invalid."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := post(t, endpoint+"?"+tt.query, "{}")
			r.Header.Set("Authorization", tt.authorization)
			if tt.authorization == "" {
				r.Header.Del("Authorization")
			}
			if tt.date == "" && tt.name != "no parts" {
				tt.date = "20260102T120000Z"
			}
			r.Header.Set("X-Amz-Date", tt.date)
			expectRefusal(t, check(verifier("dynamodb"), noon, received(r, "{}")), tt.kind, tt.want)
		})
	}
}

// The answer to a signature that is not one, as architect/dynalite recorded it
// of DynamoDB on 2013-06-09.
func TestMismatchAsRecorded(t *testing.T) {
	const at = "20130609T100759Z"
	header := map[string]string{
		"host":       "dynamodb.ap-southeast-2.amazonaws.com",
		"x-amz-date": at,
		"authorization": "AWS4-HMAC-SHA256 Credential=AKIDLONG/20130609/ap-southeast-2/dynamodb/aws4_request, " +
			"SignedHeaders=host, Signature=b",
	}
	r := &sigv4.Request{Method: "POST", Path: "/", Header: func(name string) string { return header[name] }}
	v := &sigv4.Verifier{Keys: keys, Region: "ap-southeast-2", Service: "dynamodb"}
	now := time.Date(2013, 6, 9, 10, 7, 59, 0, time.UTC)
	expectRefusal(t, check(v, now, r), sigv4.Invalid, "The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n"+
		"The Canonical String for this request should have been\n'POST\n/\n\nhost:dynamodb.ap-southeast-2.amazonaws.com\n\nhost\n"+
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n\n"+
		"The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20130609T100759Z\n20130609/ap-southeast-2/dynamodb/aws4_request\n"+
		"7b8b82a032afd6014771e3375813fc995dd167b7b3a133a0b86e5925cb000ec5'\n")
}

func expectRefusal(t *testing.T, err error, kind sigv4.Kind, text string) {
	t.Helper()
	refusal, ok := errors.AsType[*sigv4.Error](err)
	if !ok || refusal.Kind != kind || !strings.HasPrefix(refusal.Message, text) || text == "" {
		t.Errorf("got %q, want kind %d %q", err, kind, text)
	}
}

// What is changed after it was signed is refused, and so is a wrong token.
func TestTampering(t *testing.T) {
	const wrong = "The request signature we calculated does not match"
	tests := []struct {
		name   string
		change func(*http.Request, *sigv4.Request)
		kind   sigv4.Kind
		want   string
	}{
		{"body", func(_ *http.Request, r *sigv4.Request) { r.Body = []byte("[]") }, sigv4.Invalid, wrong},
		{"unsigned payload", func(h *http.Request, r *sigv4.Request) {
			h.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
			r.Body = nil
		}, sigv4.Invalid, wrong},
		{"method", func(_ *http.Request, r *sigv4.Request) { r.Method = "PUT" }, sigv4.Invalid, wrong},
		{"path", func(_ *http.Request, r *sigv4.Request) { r.Path = "/x" }, sigv4.Invalid, wrong},
		{"query", func(_ *http.Request, r *sigv4.Request) { r.Query = "x=1" }, sigv4.Invalid, wrong},
		{"host", func(h *http.Request, _ *sigv4.Request) { h.Host = "other" }, sigv4.Invalid, wrong},
		{"target", func(h *http.Request, _ *sigv4.Request) { h.Header.Set("X-Amz-Target", "DynamoDB_20120810.DeleteTable") }, sigv4.Invalid, wrong},
		{"a second value", func(h *http.Request, _ *sigv4.Request) { h.Header.Add("X-Amz-Target", "x") }, sigv4.Invalid, wrong},
		{"date", func(h *http.Request, _ *sigv4.Request) { h.Header.Set("X-Amz-Date", "20260102T120001Z") }, sigv4.Invalid, wrong},
		{"another secret", func(h *http.Request, _ *sigv4.Request) {
			h.Header.Set("Authorization", strings.Replace(h.Header.Get("Authorization"), "ASIASHORT", "AKIDLONG", 1))
		}, sigv4.Invalid, wrong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := signed(t, post(t, endpoint, "{}"), "ASIASHORT", "dynamodb", "{}", noon)
			r := received(h, "{}")
			tt.change(h, r)
			expectRefusal(t, check(verifier("dynamodb"), noon, r), tt.kind, tt.want)
		})
	}
	for _, tt := range []struct{ name, id, token string }{
		{"no token", "ASIASHORT", ""},
		{"another token", "ASIASHORT", "a+b/c"},
		{"a token of a long-term key", "AKIDLONG", "x"},
	} {
		c := credentials(tt.id)
		c.SessionToken = tt.token
		h := post(t, endpoint, "{}")
		if err := v4.NewSigner().SignHTTP(t.Context(), c, h, hashOf("{}"), "dynamodb", "eu-west-1", noon); err != nil {
			t.Fatal(err)
		}
		err := check(verifier("dynamodb"), noon, received(h, "{}"))
		if want := "The security token included in the request is invalid"; err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", tt.name, err, want)
		}
	}
}

// A header of AWS's own that was added behind the signer's back is refused,
// whatever it says. Those that SDKs leave unsigned are taken.
func TestHeadersNotSigned(t *testing.T) {
	tests := []struct{ header, value, want string }{
		{"X-Amz-Target", "DynamoDB_20120810.DeleteTable", "x-amz-target"},
		{"x-amz-target", "DynamoDB_20120810.DescribeTable", "x-amz-target"},
		{"X-Amz-Invocation-Type", "Event", "x-amz-invocation-type"},
		{"X-Amz-Client-Context", "", "x-amz-client-context"},
		{"X-AMZ-Nobody-Knows", "x", "x-amz-nobody-knows"},
		{"X-Amzn-Trace-Id", "Root=1", ""},
		{"Amz-Sdk-Request", "attempt=2; max=3", ""},
		{"User-Agent", "aws-cli/2", ""},
		{"X-Forwarded-For", "10.0.0.1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.header, func(t *testing.T) {
			h := post(t, endpoint, "{}")
			h.Header.Del("X-Amz-Target")
			signed(t, h, "ASIASHORT", "dynamodb", "{}", noon)
			h.Header[tt.header] = []string{tt.value}
			err := check(verifier("dynamodb"), noon, received(h, "{}"))
			if tt.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			expectRefusal(t, err, sigv4.Invalid, "There were headers present in the request which were not signed: "+tt.want)
		})
	}
}

// FuzzVerify looks for a text that is taken though nobody signed it.
func FuzzVerify(f *testing.F) {
	h := signed(f, post(f, endpoint, "{}"), "AKIDLONG", "dynamodb", "{}", noon)
	f.Add(h.Header.Get("Authorization"), "20260102T120000Z", "/", "a=b&%zz=%41&&=")
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDLONG/20260102/eu-west-1/dynamodb/aws4_request, SignedHeaders=;host;;, Signature=", "20260102T120000Z", "", "")
	f.Add("", "", "%", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDLONG/20260102/eu-west-1/dynamodb/aws4_request&X-Amz-Signature=1&X-Amz-SignedHeaders=host&X-Amz-Date=20260102T120000Z")
	f.Fuzz(func(t *testing.T, authorization, date, path, query string) {
		header := map[string]string{"authorization": authorization, "x-amz-date": date, "host": "h"}
		r := &sigv4.Request{Method: "POST", Path: path, Query: query, Header: func(name string) string { return header[name] }}
		if err := check(verifier("dynamodb"), noon, r); err == nil {
			t.Errorf("taken: %q, %q, %q, %q", authorization, date, path, query)
		}
	})
}

// FuzzSigned: AWS's signer and ours agree on every path, query and header.
func FuzzSigned(f *testing.F) {
	f.Add("/2015-03-31/functions/a b/é", "k", "v+ &=%", "a  b", []byte("{}"))
	f.Add("/", "", "", "", []byte(nil))
	f.Fuzz(func(t *testing.T, path, name, value, header string, body []byte) {
		h := post(t, endpoint, "")
		h.URL.Path = "/" + strings.TrimLeft(path, "/")
		q := h.URL.Query()
		q.Set(name, value)
		if strings.HasPrefix(name, "X-Amz-") {
			t.Skip("a parameter of the signature itself")
		}
		if strings.TrimSpace(header) != strings.Trim(header, " ") {
			t.Skip("no header of HTTP ends in other white space")
		}
		h.URL.RawQuery = q.Encode()
		h.Header.Set("X-Amz-Meta", header)
		signed(t, h, "ASIASHORT", "dynamodb", string(body), noon)
		if err := check(verifier("dynamodb"), noon, received(h, string(body))); err != nil {
			t.Fatal(err)
		}
		if err := check(verifier("dynamodb"), noon, received(h, string(append(body, 0)))); err == nil {
			t.Error("taken with a longer body")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	body := string(bytes.Repeat([]byte("x"), 1024))
	r := received(signed(b, post(b, endpoint, body), "ASIASHORT", "dynamodb", body, noon), body)
	v := verifier("dynamodb")
	b.Run("1KB", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := check(v, noon, r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package httpapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/httpapi"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/template"
	"lullaby/watch/watchtest"
)

// newAPI returns an API with routes given as "METHOD /path", all to one function.
func newAPI(routes ...string) *template.HTTPAPI {
	api := &template.HTTPAPI{ID: "a1b2c3d4e5", Name: "pets", Stage: "$default"}
	for i, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		api.Routes = append(api.Routes, &template.Route{
			Source: template.At(template.Pos{File: "template.yaml", Line: 10 * (i + 1)}), Method: method, Path: path, Function: "pets", Payload: "2.0",
		})
	}
	return api
}

func serving(t testing.TB, api *template.HTTPAPI, functions lambda.Invoker, opts httpapi.Options) *httpapi.API {
	t.Helper()
	a, err := httpapi.New(api, functions, opts)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// send sends one request and returns status and body.
func send(h http.Handler, r *http.Request) (status int, body string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// A route twice is refused, with both places.
func TestConflicts(t *testing.T) {
	for _, routes := range [][]string{{"GET /a", "GET /a"}, {"GET /a/{x}", "GET /a/{y}"}, {"ANY /{p+}", "ANY /{q+}"}} {
		_, err := httpapi.New(newAPI(routes...), nil, httpapi.Options{})
		refused, ok := errors.AsType[*template.Error](err)
		want := "template.yaml:20: Route with key " + routes[1] + " already exists for this API (template.yaml:10)"
		if !ok || refused.Error() != want {
			t.Errorf("%q: %v, want %s", routes, err, want)
		}
	}
	if _, err := httpapi.New(newAPI("GET /a", "POST /a", "ANY /a", "GET /{p+}", "GET /a/{p+}"), nil, httpapi.Options{}); err != nil {
		t.Error(err)
	}
}

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// broken is a connection that fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// What is too large is refused before a function sees it, by an API and by a URL.
func TestSizes(t *testing.T) {
	post := func(target string, body io.Reader) *http.Request {
		return httptest.NewRequest(http.MethodPost, target, body)
	}
	for _, tt := range []struct {
		name    string
		request func() *http.Request
		api     int
		url     int
	}{
		{"a large body", func() *http.Request { return post("/", io.LimitReader(endless{}, gateway.MaxBodyBytes+1)) }, 413, 413},
		{"an event larger than Lambda takes", func() *http.Request { return post("/", io.LimitReader(endless{}, lambda.MaxRequestBytes)) }, 413, 413},
		{"long headers", func() *http.Request {
			r := post("/", nil)
			r.Header.Set("X-Long", strings.Repeat("x", gateway.MaxHeaderBytes-len("POST / HTTP/1.1\r\nHost: example.com\r\nX-Long: \r\n")+1))
			return r
		}, 431, 431},
		{"headers just as long", func() *http.Request {
			r := post("/", nil)
			r.Header.Set("X-Long", strings.Repeat("x", gateway.MaxHeaderBytes-len("POST / HTTP/1.1\r\nHost: example.com\r\nX-Long: \r\n")))
			return r
		}, 200, 200},
		{"a long line", func() *http.Request { return post("/?q="+strings.Repeat("x", gateway.MaxHeaderBytes), nil) }, 414, 414},
		{"a body that ends early", func() *http.Request { return post("/", io.MultiReader(strings.NewReader("{"), broken{})) }, 400, 400},
	} {
		f := &function{result: `{"statusCode":200}`}
		if got, body := send(serving(t, newAPI("POST /"), f, httpapi.Options{}), tt.request()); got != tt.api {
			t.Errorf("%s: an API answers %d %s, want %d", tt.name, got, body, tt.api)
		}
		if got, body := send(httpapi.NewURL(&template.FunctionURL{Function: "pets"}, f, httpapi.Options{}), tt.request()); got != tt.url {
			t.Errorf("%s: a URL answers %d %s, want %d", tt.name, got, body, tt.url)
		}
		if called := f.event != nil; called != (tt.api == http.StatusOK) {
			t.Errorf("%s: the function was invoked: %v", tt.name, called)
		}
	}
}

// With keys, a URL with AWS_IAM takes what is signed for Lambda by one of them.
func TestSignedURL(t *testing.T) {
	f := &function{result: `{"statusCode":200}`}
	u := httpapi.NewURL(&template.FunctionURL{ID: "abc", Function: "pets", IAM: true}, f, httpapi.Options{
		Keys: sigv4.Keys{"AKIAIOSFODNN7EXAMPLE": {SecretAccessKey: "secret"}},
	})
	sign := func(key, secret, service, body string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "http://localhost:3001/a%20b?x=1&x=2", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.RequestURI = r.URL.RequestURI()
		hash := sha256.Sum256([]byte(body))
		keys := aws.Credentials{AccessKeyID: key, SecretAccessKey: secret}
		if err := signer.NewSigner().SignHTTP(context.Background(), keys, r, hex.EncodeToString(hash[:]), service, "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
		return r
	}
	changed := sign("AKIAIOSFODNN7EXAMPLE", "secret", "lambda", "{}")
	changed.Body = io.NopCloser(strings.NewReader("[]"))
	for _, tt := range []struct {
		name    string
		request *http.Request
		want    int
	}{
		{"signed", sign("AKIAIOSFODNN7EXAMPLE", "secret", "lambda", "{}"), 200},
		{"with another secret", sign("AKIAIOSFODNN7EXAMPLE", "other", "lambda", "{}"), 403},
		{"with an unknown key", sign("AKIAIOSFODNN7EXAMPL2", "secret", "lambda", "{}"), 403},
		{"for another service", sign("AKIAIOSFODNN7EXAMPLE", "secret", "execute-api", "{}"), 403},
		{"another body", changed, 403},
		{"unsigned", httptest.NewRequest(http.MethodGet, "/", nil), 403},
	} {
		if got, body := send(u, tt.request); got != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, got, body, tt.want)
		}
	}
	var event events.LambdaFunctionURLRequest
	if err := json.Unmarshal(f.event, &event); err != nil || event.RequestContext.Authorizer == nil {
		t.Fatalf("event %s: %v, want an authorizer", f.event, err)
	}
	if got := event.RequestContext.Authorizer.IAM.AccessKey; got != "AKIAIOSFODNN7EXAMPLE" {
		t.Errorf("the caller's key is %s", got)
	}
	if strings.Contains(string(f.event), "AWS4-HMAC") {
		t.Errorf("the event has the signature: %s", f.event)
	}
}

// An event can be decoded into AWS's own Go type, which users' functions use.
func TestEventAsGoType(t *testing.T) {
	api := newAPI("POST /pets/{id}")
	api.Stage, api.StageVariables = "dev", map[string]string{"mode": "on"}
	f := &function{result: `{"statusCode":200}`}
	r := httptest.NewRequest(http.MethodPost, "/pets/7?a=1&a=2", strings.NewReader(`{"n":1}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", "a=1; b=2")
	synctest.Test(t, func(t *testing.T) { send(serving(t, api, f, httpapi.Options{}), r) })
	var got events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(f.event, &got); err != nil {
		t.Fatal(err)
	}
	got.Headers, got.RequestContext.RequestID = nil, ""
	want := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /pets/{id}", RawPath: "/dev/pets/7", RawQueryString: "a=1&a=2", Cookies: []string{"a=1", "b=2"},
		QueryStringParameters: map[string]string{"a": "1,2"}, PathParameters: map[string]string{"id": "7"}, StageVariables: map[string]string{"mode": "on"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "POST /pets/{id}", AccountID: "123456789012", Stage: "dev", APIID: "a1b2c3d4e5", DomainName: "example.com", DomainPrefix: "example",
			Time: "01/Jan/2000:00:00:00 +0000", TimeEpoch: 946684800000,
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: "POST", Path: "/dev/pets/7", Protocol: "HTTP/1.1", SourceIP: "192.0.2.1"},
		},
		Body: `{"n":1}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// Requests are recorded at the instant of their arrival, and refused ones are told
// and logged.
func TestTelling(t *testing.T) {
	var tape watchtest.Tape
	var told []edge.Refusal
	var log bytes.Buffer
	opts := httpapi.Options{
		Metrics: &tape, Refused: func(r edge.Refusal) { told = append(told, r) },
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "request_id" {
				return slog.Attr{}
			}
			return a
		}})),
	}
	synctest.Test(t, func(t *testing.T) {
		f := &function{result: "!slow"}
		a := serving(t, newAPI("POST /pets"), f, opts)
		send(a, httptest.NewRequest(http.MethodPost, "/pets", strings.NewReader("hello")))
		f.result = `{"statusCode":200,"headers":5}`
		send(a, httptest.NewRequest(http.MethodPost, "/pets", nil))
		send(a, httptest.NewRequest(http.MethodGet, "/pets", nil))
		f.result = `{"statusCode":200,"body":"hi"}`
		send(a, httptest.NewRequest(http.MethodPost, "/pets", nil))
		send(httpapi.NewURL(&template.FunctionURL{Function: "pets"}, &function{result: "!throttled"}, opts), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	for _, r := range told {
		if r.Function != "pets" && r.Response != "NOT_FOUND" {
			t.Errorf("told %+v", r)
		}
	}
	if len(told) != 4 || told[0].Status != 503 || told[0].Request != "hello" || told[1].Cause == "" || told[2].Path != "/pets" || told[3].Status != 429 {
		t.Errorf("told %+v", told)
	}
	const want = `level=DEBUG msg=request method=POST path=/pets status=503 latency=30s refusal=INTEGRATION_TIMEOUT error="context deadline exceeded"
level=WARN msg="malformed lambda proxy response" function=pets error="number where an object belongs"
level=DEBUG msg=request method=POST path=/pets status=500 latency=0s refusal=API_CONFIGURATION_ERROR error="number where an object belongs"
level=DEBUG msg=request method=GET path=/pets status=404 latency=0s refusal=NOT_FOUND
level=DEBUG msg=request method=POST path=/pets status=200 latency=0s
level=DEBUG msg=request method=GET path=/ status=429 latency=0s refusal=INTEGRATION_FAILURE error="invoke pets:  ()"
`
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("logged (-want +got):\n%s", diff)
	}
	sums := tape.Sums() + "\n"
	for _, line := range []string{
		"4xx a1b2c3d4e5/$default: 1 in 4", "5xx a1b2c3d4e5: 2 in 4", "Count a1b2c3d4e5: 4 in 4", "Latency a1b2c3d4e5: 30000 in 4",
		"IntegrationLatency a1b2c3d4e5: 30000 in 1", "DataProcessed a1b2c3d4e5: 98 in 4", "UrlRequestCount pets: 1 in 1", "Url4xxCount pets: 1 in 1",
	} {
		if !strings.Contains(sums, line+"\n") {
			t.Errorf("measured\n%s, want %s", sums, line)
		}
	}
}

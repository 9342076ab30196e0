package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lullaby/gateway/httpapi"
)

// Every result is either a body as it is, an object with a statusCode, or refused
// with 500.
func FuzzResult(f *testing.F) {
	for _, seed := range []string{
		`{"statusCode":200,"headers":{"a":"1","b":true},"cookies":["a=1"],"body":"x","isBase64Encoded":false}`,
		`{"statusCode":"201"}`, `{"headers":null}`, `{}`, `null`, `{"body":"\ud83d","statusCode":200}`, "\xff", `"text"`,
		`{"isBase64Encoded":true,"body":"eA==","statusCode":200}`, `[[[[`, `{"a":{"statusCode":1}}`, `{"statusCode":200}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if bytes.HasPrefix(payload, []byte("!")) {
			t.Skip("the function of these tests means something by it")
		}
		w := httptest.NewRecorder()
		serving(t, newAPI("GET /"), &function{result: string(payload)}, httpapi.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		var members map[string]json.RawMessage
		err := json.Unmarshal(payload, &members)
		_, status := members["statusCode"]
		switch {
		case w.Code == http.StatusInternalServerError && w.Body.String() == `{"message":"Internal Server Error"}`:
			if err == nil && !status {
				t.Errorf("%q was refused", payload)
			}
		case w.Code < 200 || w.Code > 599:
			t.Errorf("%q gives status %d", payload, w.Code)
		case err == nil && !status && w.Body.String() != string(payload):
			t.Errorf("%q became %q", payload, w.Body)
		}
	})
}

// For every path, routing ends, and the route with its parameters inserted is the
// path again.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/", "/item/7", "/item/7/parts/2/", "//files/a//b", "/files/", "/files/a/b", "/item/new/", "/item/é", "/item/a%2Fb", "*"} {
		f.Add(seed)
	}
	fn := &function{result: `{"statusCode":200}`}
	a := serving(f, newAPI("ANY /", "ANY /item/{id}", "ANY /item/{id}/parts/{part}", "ANY /files/{path+}", "ANY /item/new/{x}/y"), fn, httpapi.Options{})
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil {
			t.Skip("net/http lets no such path in")
		}
		fn.event = nil
		if got, _ := send(a, &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Proto: "HTTP/1.1", Host: "a"}); got != http.StatusOK {
			return
		}
		var event struct {
			RouteKey, RawPath string
			PathParameters    map[string]string
		}
		if err := json.Unmarshal(fn.event, &event); err != nil {
			t.Fatalf("event %s: %v", fn.event, err)
		}
		built := strings.TrimPrefix(event.RouteKey, "ANY ")
		for name, value := range event.PathParameters {
			built = strings.NewReplacer("{"+name+"}", value, "{"+name+"+}", value).Replace(built)
		}
		if built != event.RawPath {
			t.Errorf("%q is %s with %q, which is %q and not %q", path, event.RouteKey, event.PathParameters, built, event.RawPath)
		}
	})
}

// Every request gives an event in JSON, in both formats, with the body that was sent.
func FuzzEvent(f *testing.F) {
	f.Add("a=1&b=2&a=3", "X-Test", "value", []byte(`{"n":1}`))
	f.Add("a=%zz;b&&=c", "Authorization", "AWS4-HMAC-SHA256", []byte("\xff\x00"))
	f.Add("%F0%9F=+", "Cookie", "a; ;b=\"\\\x7f", []byte(""))
	fn := &function{result: `{"statusCode":200}`}
	f.Fuzz(func(t *testing.T, query, name, value string, body []byte) {
		for _, payload := range []string{"1.0", "2.0"} {
			api := newAPI("POST /item")
			api.Routes[0].Payload = payload
			r := httptest.NewRequest(http.MethodPost, "/item", bytes.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set(name, value)
			fn.event = nil
			if got, _ := send(serving(t, api, fn, httpapi.Options{}), r); got != http.StatusOK {
				return
			}
			var event struct {
				Version         string
				Body            []byte
				IsBase64Encoded bool
			}
			if !json.Valid(fn.event) {
				t.Fatalf("event %s", fn.event)
			}
			if err := json.Unmarshal(fn.event, &event); err == nil && event.IsBase64Encoded && !bytes.Equal(event.Body, body) {
				t.Errorf("body %q became %q", body, event.Body)
			}
		}
	})
}

package rest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"lullaby/gateway/rest"
)

// Every result is either accepted, and then encoding/json finds only the five
// members in it, or refused with 502, or with 500 for bad base64.
func FuzzResult(f *testing.F) {
	for _, seed := range []string{
		`{"statusCode":200,"headers":{"a":"1","b":true,"c":2},"multiValueHeaders":{"a":["1","2"]},"body":"x","isBase64Encoded":false}`,
		`{"statusCode":"201"}`, `{"headers":null}`, `{}`, `null`, `{"statusCode":200,"message":1}`, `{"body":"\ud83d"}`,
		"{\"body\":\"\xff\"}", `{"isBase64Encoded":true,"body":"eA=="}`, `[[[[`, `{"headers":{"a":{"b":[]}}}`,
	} {
		f.Add([]byte(seed))
	}
	api := newAPI("POST /item")
	api.BinaryMediaTypes = []string{"*/*"}
	f.Fuzz(func(t *testing.T, payload []byte) {
		g := serving(t, api, returning(string(payload)), rest.Options{})
		got := serve(g, httptest.NewRequest(http.MethodPost, "/item", nil))
		if got.get("x-amzn-ErrorType") != "" {
			if got.status != 502 && got.status != 500 || got.body != `{"message": "Internal server error"}` {
				t.Errorf("answer = %d %q", got.status, got.body)
			}
			return
		}
		if got.status < 200 || got.status > 599 {
			t.Errorf("status = %d", got.status)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(payload, &members); err != nil || len(members) == 0 {
			t.Fatalf("%q was taken: %v", payload, err)
		}
		for name := range members {
			switch name {
			case "statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded":
			default:
				t.Errorf("%q was taken with a member %q", payload, name)
			}
		}
	})
}

// For every path, routing ends, and the resource with its parameters inserted
// is the path again.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/", "/item/7", "/item/7/parts/2/", "//files/a//b", "/files/%2F", "/a/b/c/d", "/%zz", "/item/é", "*"} {
		f.Add(seed)
	}
	api := newAPI("ANY /", "ANY /item/{id}", "ANY /item/{id}/parts/{part}", "ANY /files/{path+}", "ANY /item/new/{x}/y")
	f.Fuzz(func(t *testing.T, path string) {
		var event routed
		g := serving(t, api, recorder(t, &event), rest.Options{})
		u, err := url.ParseRequestURI(path)
		if err != nil {
			t.Skip("net/http lets no such path in")
		}
		got := serve(g, &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Proto: "HTTP/1.1", Host: "a"})
		if got.status != http.StatusOK {
			return
		}
		built := event.Resource
		for name, value := range event.PathParameters {
			built = strings.ReplaceAll(built, "{"+name+"}", value)
			built = strings.ReplaceAll(built, "{"+name+"+}", value)
		}
		if want := strings.Trim(event.Path, "/"); strings.Trim(built, "/") != want {
			t.Errorf("%q is %s with %q, which is %q", path, event.Resource, event.PathParameters, built)
		}
	})
}

// Every request gives an event in JSON. Its query is what net/url reads, if
// net/url can read it.
func FuzzEvent(f *testing.F) {
	f.Add("a=1&b=2&a=3", "X-Test", "value", []byte(`{"n":1}`))
	f.Add("a=%zz;b&&=c", "Authorization", "AWS4-HMAC-SHA256", []byte("\xff\x00"))
	f.Add("%F0%9F=+", "Accept", "\"\\\x7f", []byte(""))
	f.Fuzz(func(t *testing.T, query, name, value string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/item", bytes.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set(name, value)
		var event routed
		g := serving(t, newAPI("POST /item"), recorder(t, &event), rest.Options{})
		if got := serve(g, r); got.status != http.StatusOK {
			return
		}
		want, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		delete(want, "") // dropped by the gateway
		for name, values := range want {
			if !utf8.ValidString(name + "&" + strings.Join(values, "&")) {
				return // JSON cannot have it
			}
		}
		if got := url.Values(event.Query); got.Encode() != want.Encode() {
			t.Errorf("query %q is %q, want %q", query, got, want)
		}
	})
}

package rest_test

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway/rest"
)

// A resultCase is a valid result and the client's answer.
type resultCase struct {
	name    string
	result  string
	status  int
	headers http.Header // without the gateway's own
	body    string
}

var resultCases = []resultCase{
	{"a status", `{"statusCode":200}`, 200, nil, ""},
	{"a status as text", `{"statusCode":"201"}`, 201, nil, ""},
	{"a status with a fraction of nothing", `{"statusCode":204.0}`, 204, nil, ""},
	{"no status", `{"body":"hello"}`, 200, nil, "hello"},
	{"nulls", `{"statusCode":null,"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null}`, 200, nil, ""},
	{"headers alone", `{"headers":{"x-shop":"open"}}`, 200, http.Header{"X-Shop": {"open"}}, ""},
	{
		"header values that are no text", `{"headers":{"yes":true,"no":false,"count":1.50,"none":null}}`,
		200,
		http.Header{"Yes": {"true"}, "No": {"false"}, "Count": {"1.50"}},
		"",
	},
	{
		"a list of values", `{"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]}}`,
		200,
		http.Header{"Set-Cookie": {"a=1", "b=2"}},
		"",
	},
	{
		"lists before single values", `{"headers":{"link":"</c>","one":"1"},"multiValueHeaders":{"Link":["</a>","</b>"]}}`,
		200,
		http.Header{"Link": {"</a>", "</b>", "</c>"}, "One": {"1"}},
		"",
	},
	{
		"a value of both kinds once", `{"headers":{"x":"1"},"multiValueHeaders":{"x":["1","2"]}}`,
		200,
		http.Header{"X": {"1", "2"}},
		"",
	},
	{
		"a content type", `{"headers":{"content-type":"text/html"},"body":"<p>"}`,
		200,
		http.Header{"Content-Type": {"text/html"}},
		"<p>",
	},
	{
		"headers under another name", `{"headers":{"authorization":"1","Connection":"2","content-length":"3","Content-MD5":"4","Date":"5",` +
			`"Max-Forwards":"6","Server":"7","User-Agent":"8"},"multiValueHeaders":{"WWW-Authenticate":["9","10"]},"body":"ok"}`,
		200,
		http.Header{
			"x-amzn-Remapped-Authorization": {"1"}, "x-amzn-Remapped-Connection": {"2"}, "x-amzn-Remapped-Content-Length": {"3"},
			"x-amzn-Remapped-Content-MD5": {"4"}, "x-amzn-Remapped-Date": {"5"}, "x-amzn-Remapped-Max-Forwards": {"6"},
			"x-amzn-Remapped-Server": {"7"}, "x-amzn-Remapped-User-Agent": {"8"}, "x-amzn-Remapped-WWW-Authenticate": {"9", "10"},
		},
		"ok",
	},
	{
		"headers left out", `{"headers":{"Expect":"1","Host":"2","Proxy-Authenticate":"3","TE":"4","Trailer":"5","transfer-encoding":"6",` +
			`"Upgrade":"7","Via":"8","x-amzn-requestid":"9","x-amz-apigw-id":"10","X-Amzn-Trace-Id":"11"}}`,
		200, nil, "",
	},
	{
		"headers that pass", `{"headers":{"Age":"1","Accept":"2","Content-Encoding":"3","Pragma":"4","Range":"5","Referer":"6","Warn":"7"}}`,
		200,
		http.Header{
			"Age": {"1"}, "Accept": {"2"}, "Content-Encoding": {"3"}, "Pragma": {"4"}, "Range": {"5"}, "Referer": {"6"}, "Warn": {"7"},
		},
		"",
	},
	{"base64 that nobody asked for", `{"body":"bHVsbGFieQ==","isBase64Encoded":true}`, 200, nil, "bHVsbGFieQ=="},
	{"the last of two", `{"statusCode":201,"statusCode":202}`, 202, nil, ""},
	{"the last of two headers", `{"headers":{"a":"1"},"headers":{"b":"2"}}`, 200, http.Header{"B": {"2"}}, ""},
	{"escapes", `{"status\u0043ode":201,"body":"a\"\u00e9\n"}`, 201, nil, "a\"é\n"},
	{"space around", " {\"statusCode\" : 200}\n", 200, nil, ""},
}

func TestResults(t *testing.T) {
	for _, tt := range resultCases {
		t.Run(tt.name, func(t *testing.T) {
			g := serving(t, newAPI("POST /item"), returning(tt.result), rest.Options{})
			got := serve(g, httptest.NewRequest(http.MethodPost, "/item", nil))
			if got.status != tt.status || got.body != tt.body {
				t.Errorf("answer = %d %q, want %d %q", got.status, got.body, tt.status, tt.body)
			}
			checkHeaders(t, ownOnly(got.header), map[string]string{
				"x-amzn-RequestId": uuid, "x-amz-apigw-id": extendedID, "X-Amzn-Trace-Id": fullTrace,
			})
			want := http.Header{"Content-Type": {"application/json"}}
			maps.Copy(want, tt.headers)
			if diff := cmp.Diff(want, functionOnly(got.header)); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// Malformed results.
func TestMalformedResults(t *testing.T) {
	tests := []struct{ name, result string }{
		{"empty object", `{}`},
		{"nothing", ``},
		{"null", `null`},
		{"text", `"done"`},
		{"number", `200`},
		{"list", `[{"statusCode":200}]`},
		{"unknown member", `{"statusCode":200,"message":"done"}`},
		{"another case", `{"StatusCode":200}`},
		{"cookies", `{"statusCode":200,"cookies":[]}`},
		{"status that is no number", `{"statusCode":"OK"}`},
		{"status true", `{"statusCode":true}`},
		{"status with a fraction", `{"statusCode":200.5}`},
		{"status zero", `{"statusCode":0}`},
		{"interim status", `{"statusCode":100}`},
		{"status too high", `{"statusCode":600}`},
		{"status beyond all", `{"statusCode":1e400}`},
		{"status in hexadecimal", `{"statusCode":"0xC8"}`},
		{"list that is none", `{"multiValueHeaders":{"a":"1"}}`},
		{"list in a list", `{"multiValueHeaders":{"a":[["1"]]}}`},
		{"list as a header", `{"headers":{"a":["1"]}}`},
		{"object as a header", `{"headers":{"a":{}}}`},
		{"headers that are text", `{"headers":"a: 1"}`},
		{"header name that is none", `{"headers":{"a b":"1"}}`},
		{"empty header name", `{"headers":{"":"1"}}`},
		{"second header in a value", `{"headers":{"a":"1\r\nb: 2"}}`},
		{"control character in a value", `{"headers":{"a":"\u007f"}}`},
		{"object as a body", `{"body":{"id":7}}`},
		{"number as a body", `{"body":7}`},
		{"flag that is text", `{"isBase64Encoded":"true"}`},
		{"cut off", `{"statusCode":200`},
		{"more after it", `{"statusCode":200} {}`},
		{"no JSON", `<html>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := serving(t, newAPI("POST /item"), returning(tt.result), rest.Options{})
			got := serve(g, httptest.NewRequest(http.MethodPost, "/item", nil))
			if got.status != 502 || got.body != `{"message": "Internal server error"}` {
				t.Errorf("answer to %s = %d %q, want 502", tt.result, got.status, got.body)
			}
		})
	}
}

// The guide's rules about Accept and the list of types, with its header of a
// browser ("Working with binary media types for REST APIs").
func TestBinaryResults(t *testing.T) {
	const text, decoded = "bHVsbGFieQ==", "lullaby"
	const browser = "image/webp,image/*,*/*;q=0.8"
	tests := []struct {
		name   string
		types  []string
		accept string
		want   string
	}{
		{"no binary types", nil, "image/png", text},
		{"the type", []string{"application/pdf", "image/png"}, "image/png", decoded},
		{"the type in capitals, with a parameter", []string{"image/png"}, "Image/PNG;q=1", decoded},
		{"another type", []string{"image/png"}, "image/gif", text},
		{"a browser's first type", []string{"image/webp"}, browser, decoded},
		{"a browser's second type", []string{"image/gif"}, "image/webp,image/gif", text},
		{"a browser's wildcards", []string{"image/png"}, browser, text},
		{"a wildcard first in Accept", []string{"image/png"}, "image/*", text},
		{"any type in Accept", []string{"image/png"}, "*/*", text},
		{"a wildcard after the slash", []string{"image/*"}, "image/png", decoded},
		{"the same wildcard in Accept", []string{"image/*"}, "image/*", decoded},
		{"a wildcard for another kind", []string{"image/*"}, "audio/ogg", text},
		{"a wildcard before the slash", []string{"*/ogg"}, "audio/ogg", decoded},
		{"half a type", []string{"image/*"}, "image", text},
		{"no Accept", []string{"image/*"}, "", text},
		{"all types", []string{"*/*"}, "text/html", decoded},
		{"all types and no Accept", []string{"*/*"}, "", decoded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI("POST /item")
			api.BinaryMediaTypes = tt.types
			g := serving(t, api, returning(`{"body":"`+text+`","isBase64Encoded":true}`), rest.Options{})
			r := httptest.NewRequest(http.MethodPost, "/item", nil)
			if tt.accept != "" {
				r.Header.Set("Accept", tt.accept)
			}
			if got := serve(g, r).body; got != tt.want {
				t.Errorf("body = %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("text", func(t *testing.T) {
		api := newAPI("POST /item")
		api.BinaryMediaTypes = []string{"*/*"}
		g := serving(t, api, returning(`{"body":"`+text+`"}`), rest.Options{})
		if got := serve(g, httptest.NewRequest(http.MethodPost, "/item", nil)).body; got != text {
			t.Errorf("body = %q, want %q", got, text)
		}
	})
	// "If the conversion fails, it returns a 500 response, which indicates an
	// API configuration error" ("Content type conversions in API Gateway").
	t.Run("not base64", func(t *testing.T) {
		api := newAPI("POST /item")
		api.BinaryMediaTypes = []string{"*/*"}
		var log bytes.Buffer
		g := serving(t, api, returning(`{"body":"%","isBase64Encoded":true}`), rest.Options{Log: logTo(&log, slog.LevelDebug)})
		got := serve(g, httptest.NewRequest(http.MethodPost, "/item", nil))
		if got.status != 500 || got.body != `{"message": "Internal server error"}` || !strings.Contains(log.String(), "refusal=API_CONFIGURATION_ERROR") {
			t.Errorf("answer = %d %s, log %s, want an API_CONFIGURATION_ERROR with 500", got.status, got.body, log.String())
		}
	})
}

// own are the headers that the gateway adds to every answer of a function.
var own = []string{"x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id"}

// ownOnly returns only those.
func ownOnly(all http.Header) http.Header {
	h := make(http.Header)
	for _, name := range own {
		h[name] = all[name]
	}
	return h
}

// functionOnly returns the headers that come from the function.
func functionOnly(all http.Header) http.Header {
	h := maps.Clone(all)
	delete(h, "Content-Length")
	for _, name := range own {
		delete(h, name)
	}
	return h
}

package rest_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
	"lullaby/template"
)

// An answer takes the origin of a request that it allows, and has its own for
// another.
func TestMockOrigins(t *testing.T) {
	api := newAPI("POST /item")
	api.Mocks = []*template.Mock{{
		Method: "OPTIONS", Path: "/item", Status: http.StatusNoContent,
		Headers: map[string]string{"Access-Control-Allow-Origin": "https://a.example"},
		Origins: []*regexp.Regexp{regexp.MustCompile(`^https://[a-z]+\.b\.example$`)},
	}}
	g := serving(t, api, uncalled(t), rest.Options{})
	for origin, want := range map[string]string{
		"https://shop.b.example": "https://shop.b.example", "https://c.example": "https://a.example", "": "https://a.example",
	} {
		r := httptest.NewRequest(http.MethodOptions, "/item", http.NoBody)
		r.Header.Set("Origin", origin)
		if got := serve(g, r).header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("Origin %q: Access-Control-Allow-Origin is %q, want %q", origin, got, want)
		}
	}
}

// The gateway answers a MOCK itself: no function is invoked, and a token of the
// throttle is taken.
func TestMock(t *testing.T) {
	api := newAPI("ANY /item")
	headers := map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "OPTIONS,POST"}
	api.Mocks = []*template.Mock{
		{Method: "OPTIONS", Path: "/item", Status: http.StatusOK, Headers: headers, Body: "{}\n"},
		{Method: "OPTIONS", Path: "/empty", Status: http.StatusNoContent, Headers: headers, Body: "{}\n"},
	}
	g := serving(t, api, uncalled(t), rest.Options{Throttle: edge.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 2})})
	for _, tt := range []struct {
		path   string
		status int
		body   string
	}{
		{"/item", http.StatusOK, "{}\n"},
		{"/empty", http.StatusNoContent, ""},
		{"/item", http.StatusTooManyRequests, `{"message":"Too Many Requests"}`},
	} {
		got := serve(g, httptest.NewRequest(http.MethodOptions, tt.path, http.NoBody))
		if got.status != tt.status || got.body != tt.body {
			t.Errorf("OPTIONS %s = %d %q, want %d %q", tt.path, got.status, got.body, tt.status, tt.body)
		}
		if tt.status == http.StatusTooManyRequests {
			continue
		}
		for name, want := range headers {
			if value := got.header.Get(name); value != want {
				t.Errorf("OPTIONS %s: %s is %q, want %q", tt.path, name, value, want)
			}
		}
	}
}

package rest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
)

// A method takes a token of its own throttle first, and one of the account's
// only if it has got that.
func TestMethodThrottle(t *testing.T) {
	api := newAPI("GET /slow", "GET /free")
	api.Routes[0].Limits = &gateway.MethodLimits{Burst: 1}
	get := func(g *rest.API, path string) int {
		return serve(g, httptest.NewRequest(http.MethodGet, path, http.NoBody)).status
	}
	synctest.Test(t, func(t *testing.T) {
		functions := returning(`{"statusCode":200}`)
		g := serving(t, api, functions, rest.Options{Throttle: edge.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 2})})
		for i, want := range []int{http.StatusOK, http.StatusTooManyRequests, http.StatusTooManyRequests} {
			if got := get(g, "/slow"); got != want {
				t.Errorf("request %d of /slow: status %d, want %d", i, got, want)
			}
		}
		for i, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
			if got := get(g, "/free"); got != want {
				t.Errorf("request %d of /free, with one token of the account left: status %d, want %d", i, got, want)
			}
		}
		unlimited := serving(t, api, functions, rest.Options{Unlimited: true})
		for range 3 {
			if got := get(unlimited, "/slow"); got != http.StatusOK {
				t.Errorf("without limits: status %d, want 200", got)
			}
		}
	})
}

// What the API refuses itself is told, with its request; what a function answers is not.
func TestRefusalsAreTold(t *testing.T) {
	var told []edge.Refusal
	g := serving(t, newAPI("POST /item"), returning(`{"statusCode":503}`), rest.Options{
		Throttle: edge.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 1}),
		Refused:  func(r edge.Refusal) { told = append(told, r) },
	})
	body := strings.Repeat("é", 1_000)
	for _, path := range []string{"/item", "/item", "/nothing"} {
		serve(g, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
	}
	if len(told) != 2 {
		t.Fatalf("told: %+v, want two refusals", told)
	}
	if r := told[0]; r.Response != "THROTTLED" || r.Status != http.StatusTooManyRequests || r.Method != http.MethodPost || r.Path != "/item" || r.Function != "items" {
		t.Errorf("the throttled request: %+v", r)
	}
	if r := told[1]; r.Response != "MISSING_AUTHENTICATION_TOKEN" || r.Function != "" || r.Path != "/nothing" {
		t.Errorf("the request without a route: %+v", r)
	}
}

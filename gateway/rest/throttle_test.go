package rest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/rest"
	"lullaby/instant"
)

// Concurrent requests take no more tokens than there are.
func TestThrottleTogether(t *testing.T) {
	throttle := rest.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 1_000})
	now := instant.Of(time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC))
	var passed atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 500 {
				if throttle.Take(now) {
					passed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if got := passed.Load(); got != 1_000 {
		t.Errorf("%d of 2,000 requests passed, want 1,000", got)
	}
}

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
		g := serving(t, api, functions, rest.Options{Throttle: rest.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 2})})
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
	var told []rest.Refusal
	g := serving(t, newAPI("POST /item"), returning(`{"statusCode":503}`), rest.Options{
		Throttle: rest.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 1}),
		Refused:  func(r rest.Refusal) { told = append(told, r) },
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

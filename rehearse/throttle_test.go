package rehearse_test

import (
	"strings"
	"testing"
	"time"

	"lullaby/gateway"
	"lullaby/rehearse"
	"lullaby/rehearse/report"
)

// A route has the throttle that its stage sets for it, and another route of the
// stage has not.
func TestMethodThrottle(t *testing.T) {
	set := func(route string, unlimited bool) rehearse.Options {
		o := options(t, "constant:30/s")
		o.Route, o.For, o.Unlimited = route, time.Minute, unlimited
		return o
	}
	got := play(t, "testdata/throttled.yaml", set("POST /item", false))
	if most := int64(10 + 5*60); got.Served > most || got.Served < most-10 {
		t.Errorf("%d requests served in a minute, want the burst of 10 and 5 a second", got.Served)
	}
	if len(got.Refusals) != 1 {
		t.Fatalf("refusals %+v, want one kind", got.Refusals)
	}
	why := got.Refusals[0]
	if why.Service != report.APIGateway || why.Reason != gateway.Throttled.ResponseType() || why.Resource != "POST /item" || why.Count != got.Offered-got.Served {
		t.Errorf("refusal %+v of %d offered and %d served, want all by the throttle of POST /item", why, got.Offered, got.Served)
	}
	if got := play(t, "testdata/throttled.yaml", set("POST /other", false)); got.Served != got.Offered {
		t.Errorf("another route served %d of %d, want all", got.Served, got.Offered)
	}
	if got := play(t, "testdata/throttled.yaml", set("POST /item", true)); got.Served != got.Offered {
		t.Errorf("without limits %d of %d were served, want all", got.Served, got.Offered)
	}
}

// Who the clients are is not in a template: authorizers let them all in, and the
// report says so.
func TestAuthorizersAreAssumed(t *testing.T) {
	for route, want := range map[string]string{
		"POST /asked":  "POST /asked lets in all its clients: its authorizer Guard is not invoked, and takes no concurrency",
		"POST /signed": "all clients of POST /signed sign their requests",
		"POST /pooled": "POST /pooled lets in all its clients: they have tokens that its authorizer Users takes",
		"POST /jwt":    "POST /jwt lets in all its clients: they have tokens that its authorizer Issued takes",
		"POST /open":   "",
	} {
		o := options(t, "constant:30/s")
		o.Route, o.For = route, time.Second
		rep := play(t, "testdata/authorized.yaml", o)
		if got := strings.Join(rep.Assumed, "; "); !strings.HasPrefix(got, want) || want == "" && strings.Contains(got, "clients") {
			t.Errorf("%s assumes %q, want %q", route, got, want)
		}
		if rep.Served != rep.Offered {
			t.Errorf("%s served %d of %d", route, rep.Served, rep.Offered)
		}
	}
}

// Who holds how many API keys is not in a template: usage plans throttle nobody, and
// the report says what that assumes.
func TestUsagePlansAreAssumed(t *testing.T) {
	for route, want := range map[string]string{
		"POST /item":  "no API key sends more to POST /item than Plan lets it: 2.5 a second, 4 at once",
		"PUT /item":   "no API key sends more to PUT /item than Plan lets it: 1 a second, 1 at once",
		"POST /other": "POST /other lets in all its clients, though no usage plan has an API key for it",
		"POST /open":  "",
	} {
		o := options(t, "constant:30/s")
		o.Route, o.For = route, time.Second
		rep := play(t, "testdata/keyed.yaml", o)
		if got := strings.Join(rep.Assumed, "; "); !strings.HasPrefix(got, want) || want == "" && strings.Contains(got, "key") {
			t.Errorf("%s assumes %q, want %q", route, got, want)
		}
		for _, why := range rep.Refusals {
			if why.Service == report.APIGateway {
				t.Errorf("%s: %+v", route, why)
			}
		}
	}
}

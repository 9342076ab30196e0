package gateway_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/watch/watchtest"
)

func TestMeter(t *testing.T) {
	var told watchtest.Tape
	m, h, u := gateway.NewMeter(&told, "items", "dev"), gateway.NewHTTPMeter(&told, "a1b2", "$default"), gateway.NewURLMeter(&told, "put")
	at := instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m.Answer(at, 200, 30*time.Millisecond, 20*time.Millisecond)
	m.Answer(at, 404, 10*time.Millisecond, 5*time.Millisecond)
	m.Answer(at, 429, time.Millisecond, 0)
	m.Answer(at, 504, 29*time.Second, 29*time.Second)
	h.Answer(at, 200, 30*time.Millisecond, 20*time.Millisecond, 100)
	h.Answer(at, 404, time.Millisecond, 0, 23)
	h.Answer(at, 503, 30*time.Second, 30*time.Second, 33)
	u.Answer(at, 200, 30*time.Millisecond)
	u.Answer(at, 403, time.Millisecond)
	u.Answer(at, 502, 9*time.Millisecond)
	for _, d := range told.Disagreements(gateway.Emissions()) {
		t.Error(d)
	}
	want := `4XXError items/dev: 2 in 4
4XXError items: 2 in 4
4xx a1b2/$default: 1 in 3
4xx a1b2: 1 in 3
5XXError items/dev: 1 in 4
5XXError items: 1 in 4
5xx a1b2/$default: 1 in 3
5xx a1b2: 1 in 3
Count a1b2/$default: 3 in 3
Count a1b2: 3 in 3
Count items/dev: 4 in 4
Count items: 4 in 4
DataProcessed a1b2/$default: 156 in 3
DataProcessed a1b2: 156 in 3
IntegrationLatency a1b2/$default: 30020 in 2
IntegrationLatency a1b2: 30020 in 2
IntegrationLatency items/dev: 29025 in 3
IntegrationLatency items: 29025 in 3
Latency a1b2/$default: 30031 in 3
Latency a1b2: 30031 in 3
Latency items/dev: 29041 in 4
Latency items: 29041 in 4
Url4xxCount put: 1 in 3
Url5xxCount put: 1 in 3
UrlRequestCount put: 3 in 3
UrlRequestLatency put: 40 in 3`
	if diff := cmp.Diff(want, told.Sums()); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

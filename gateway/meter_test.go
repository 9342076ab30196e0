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
	m := gateway.NewMeter(&told, "items", "dev")
	at := instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m.Answer(at, 200, 30*time.Millisecond, 20*time.Millisecond)
	m.Answer(at, 404, 10*time.Millisecond, 5*time.Millisecond)
	m.Answer(at, 429, time.Millisecond, 0)
	m.Answer(at, 504, 29*time.Second, 29*time.Second)
	for _, d := range told.Disagreements(gateway.Emissions()) {
		t.Error(d)
	}
	want := `4XXError items/dev: 2 in 4
4XXError items: 2 in 4
5XXError items/dev: 1 in 4
5XXError items: 1 in 4
Count items/dev: 4 in 4
Count items: 4 in 4
IntegrationLatency items/dev: 29025 in 3
IntegrationLatency items: 29025 in 3
Latency items/dev: 29041 in 4
Latency items: 29041 in 4`
	if diff := cmp.Diff(want, told.Sums()); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

package lambda_test

import (
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// TestBandwidth sends a response in pieces: its first 6 MB flow, what follows waits
// for 2 MB a second, and time without bytes makes room again.
func TestBandwidth(t *testing.T) {
	const mb = 1 << 20
	var b lambda.Bandwidth
	start := instant.Of(time.Unix(1e9, 0))
	for _, c := range []struct {
		at   time.Duration
		n    int
		want time.Duration
	}{
		{0, 4 * mb, 0},
		{0, 2 * mb, 0},
		{0, mb, 500 * time.Millisecond},
		{500 * time.Millisecond, mb, 500 * time.Millisecond},
		{10 * time.Second, 6 * mb, 0}, // full again, and no fuller
		{10 * time.Second, mb / 2, 250 * time.Millisecond},
		{9 * time.Second, 0, 1250 * time.Millisecond}, // a clock that went back
	} {
		if got := b.Send(start.Add(c.at), c.n); got != c.want {
			t.Errorf("%d bytes at %v wait %v, want %v", c.n, c.at, got, c.want)
		}
	}
}

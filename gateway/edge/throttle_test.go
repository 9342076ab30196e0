package edge_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/instant"
)

// Concurrent requests take no more tokens than there are.
func TestThrottleTogether(t *testing.T) {
	throttle := edge.NewThrottle(gateway.Limits{RequestsPerSecond: 1, Burst: 1_000})
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

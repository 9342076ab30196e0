package gateway_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lullaby/gateway"
)

// The account's bucket, a step of virtual time after another.
func TestThrottle(t *testing.T) {
	begun := time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)
	steps := []struct {
		after    time.Duration // since the beginning
		requests int
		pass     int
	}{
		{0, 6_000, 5_000},                         // the burst
		{99 * time.Microsecond, 1, 0},             // 10,000 a second are one in 100 µs
		{100 * time.Microsecond, 2, 1},            // and the next one is 100 µs later
		{50 * time.Microsecond, 1, 0},             // time that goes back gives nothing
		{100*time.Millisecond + 1, 2_000, 999},    // 99.9 ms later
		{time.Second, 20_000, 5_000},              // no more than the burst, however long
		{200 * 365 * 24 * time.Hour, 1, 1},        // a balance that would not fit an int64
		{200*365*24*time.Hour + 1, 10_000, 4_999}, // is the burst
	}
	throttle := gateway.NewThrottle(gateway.DefaultRate, gateway.DefaultBurst)
	for _, step := range steps {
		now := begun.Add(step.after)
		passed := 0
		for range step.requests {
			if throttle.Take(now) {
				passed++
			}
		}
		if passed != step.pass {
			t.Errorf("at %v %d of %d requests passed, want %d", step.after, passed, step.requests, step.pass)
		}
	}
}

func TestZeroThrottle(t *testing.T) {
	var throttle gateway.Throttle
	for range 100_000 {
		if !throttle.Take(time.Time{}) {
			t.Fatal("the zero Throttle refused a request")
		}
	}
}

// Requests that arrive together take no more than there is.
func TestThrottleTogether(t *testing.T) {
	throttle := gateway.NewThrottle(1, 1_000)
	now := time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)
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

package gateway_test

import (
	"testing"
	"time"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/instant"
)

// The account's bucket at instants of virtual time.
func TestThrottle(t *testing.T) {
	begun := instant.Of(time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC))
	steps := []struct {
		after    time.Duration // since the start
		requests int
		pass     int
	}{
		{0, 6_000, 5_000},                         // the burst
		{99 * time.Microsecond, 1, 0},             // 10,000 a second are one in 100 µs
		{100 * time.Microsecond, 2, 1},            // the next one comes 100 µs later
		{50 * time.Microsecond, 1, 0},             // a clock set back gives nothing
		{100*time.Millisecond + 1, 2_000, 999},    // 99.9 ms later
		{time.Second, 20_000, 5_000},              // no more than the burst
		{200 * 365 * 24 * time.Hour, 1, 1},        // a balance that would not fit an int64
		{200*365*24*time.Hour + 1, 10_000, 4_999}, // is the burst
	}
	throttle := gateway.NewThrottle(gateway.Limits{})
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

// A method's bucket at instants of virtual time: half a request a second, three
// at once.
func TestMethodThrottle(t *testing.T) {
	limits := gateway.MethodLimits{Rate: capacity.Rate{Tokens: capacity.Unit / 2, Per: time.Second}, Burst: 3}
	begun := instant.Of(time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC))
	throttle, unlimited := gateway.NewMethodThrottle(limits, false), gateway.NewMethodThrottle(limits, true)
	for _, step := range []struct {
		after time.Duration // since the start
		pass  int           // of ten requests
	}{{0, 3}, {time.Second, 0}, {2 * time.Second, 1}, {6 * time.Second, 2}, {time.Hour, 3}} {
		passed := 0
		for range 10 {
			if throttle.Take(begun.Add(step.after)) {
				passed++
			}
			if !unlimited.Take(begun.Add(step.after)) {
				t.Fatal("a Throttle without limits refused a request")
			}
		}
		if passed != step.pass {
			t.Errorf("after %v %d of 10 requests passed, want %d", step.after, passed, step.pass)
		}
	}
	closed := gateway.NewMethodThrottle(gateway.MethodLimits{}, false)
	if closed.Take(begun) {
		t.Error("a method with a rate and a burst of 0 took a request")
	}
}

func TestUnlimited(t *testing.T) {
	throttle := gateway.NewThrottle(gateway.Limits{Unlimited: true})
	for range 100_000 {
		if !throttle.Take(0) {
			t.Fatal("a Throttle without limits refused a request")
		}
	}
}

func TestCheckHead(t *testing.T) {
	tests := []struct {
		name         string
		url, headers int
		want         gateway.Refusal
	}{
		{"all there may be", gateway.MaxURLBytes, gateway.MaxHeaderBytes, 0},
		{"a long URL", gateway.MaxURLBytes + 1, 0, gateway.URLTooLong},
		{"long headers", 0, gateway.MaxHeaderBytes + 1, gateway.HeadersTooLong},
		{"both", gateway.MaxURLBytes + 1, gateway.MaxHeaderBytes + 1, gateway.URLTooLong},
	}
	for _, tt := range tests {
		if got := gateway.CheckHead(tt.url, tt.headers); got != tt.want {
			t.Errorf("%s: CheckHead(%d, %d) = %v, want %v", tt.name, tt.url, tt.headers, got, tt.want)
		}
	}
}

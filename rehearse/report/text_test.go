package report

import (
	"fmt"
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		0:                              {"0s", "0"},
		20 * time.Millisecond:          {"20ms", "0.02"},
		33_482 * time.Millisecond:      {"33.5s", "33.482"},
		10 * time.Minute:               {"10m", "600"},
		time.Hour:                      {"1h", "3600"},
		24 * time.Hour:                 {"24h", "86400"},
		10*time.Hour + 5*time.Second:   {"10h5s", "36005"},
		time.Hour + 30*time.Minute:     {"1h30m", "5400"},
		2*time.Hour + time.Nanosecond:  {"2h", "7200"},
		time.Minute + time.Millisecond: {"1m", "60.001"},
	} {
		json, err := Span(d).MarshalJSON()
		if got := [2]string{Span(d).String(), string(json)}; err != nil || got != want {
			t.Errorf("%v is %q, %v, want %q", d, got, err, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1_000: "1,000", -1_000: "-1,000", -999: "-999", 1_234_567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %s, want %s", n, got, want)
		}
	}
	for _, tt := range []struct {
		part, whole int64
		want        string
	}{
		{0, 0, ""},
		{0, 5, "   0.0 %"},
		{5, 5, " 100.0 %"},
		{1, 1_000_000, "  <0.1 %"},
		{999_999, 1_000_000, " >99.9 %"},
		{1, 3, "  33.3 %"},
		{2, 3, "  66.7 %"},
	} {
		if got := percent(tt.part, tt.whole); got != tt.want {
			t.Errorf("percent(%d, %d) = %q, want %q", tt.part, tt.whole, got, tt.want)
		}
	}
}

func TestHundredths(t *testing.T) {
	for _, tt := range []struct {
		n, by int64
		want  string
	}{
		{1, 1, "1.00"},
		{10, 3, "3.33"},
		{20, 3, "6.67"},
		{201, 200, "1.01"},
		{1_000_000_000_000, 1_000_000_000, "1000.00"},
	} {
		if got := hundredths(tt.n, tt.by); got != tt.want {
			t.Errorf("hundredths(%d, %d) = %s, want %s", tt.n, tt.by, got, tt.want)
		}
	}
}

// The first loss is a refusal or a timeout.
func TestFirst(t *testing.T) {
	refusals := []Refusal{{Service: "DynamoDB", First: Span(40 * time.Second)}, {Service: "Lambda", First: Span(35 * time.Second)}}
	for _, tt := range []struct {
		route Route
		want  string
	}{
		{Route{Refusals: refusals}, "refusal after 35s, by Lambda"},
		{Route{Refusals: refusals, TimedOut: 1, FirstTimeout: Span(36 * time.Second)}, "refusal after 35s, by Lambda"},
		{Route{Refusals: refusals, TimedOut: 1, FirstTimeout: Span(34 * time.Second)}, "timeout after 34s, by API Gateway"},
		{Route{TimedOut: 1, FirstTimeout: Span(34 * time.Second)}, "timeout after 34s, by API Gateway"},
	} {
		at, what, by := tt.route.first()
		if got := fmt.Sprintf("%s after %v, by %s", what, at, by); got != tt.want {
			t.Errorf("first is %q, want %q", got, tt.want)
		}
	}
}

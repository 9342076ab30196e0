package rehearse

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/capacity"
	"lullaby/lambda"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// Requests that time out are counted when their functions end. The first is the
// one that timed out first.
func TestFirstTimeout(t *testing.T) {
	var s stage
	for _, at := range []time.Duration{7, 3, 5} {
		s.timeOut(midnight.Add(at))
	}
	if s.late != 3 || s.firstLate != midnight.Add(3) {
		t.Errorf("%d timed out, the first at %d, want 3, at 3", s.late, s.firstLate.Sub(midnight))
	}
}

// Percentiles are those of all requests, to a thousandth.
func TestLatencies(t *testing.T) {
	l := newLatencies(longestLatency)
	if got := l.percentile(99); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
	for i := range 1_000 { // each millisecond to a second, and most of them 20 ms
		for range 9 {
			l.add(20 * time.Millisecond)
		}
		l.add(time.Duration(i+1) * time.Millisecond)
	}
	for percent, want := range map[int64]time.Duration{50: 20 * time.Millisecond, 95: 500 * time.Millisecond, 99: 900 * time.Millisecond, 100: time.Second} {
		if got := time.Duration(l.percentile(percent)); got < want || got > want+want/1_000 {
			t.Errorf("p%v = %v, want %v", percent, got, want)
		}
	}
}

// Half of three requests are two of them.
func TestLatenciesOfFew(t *testing.T) {
	l := newLatencies(longestLatency)
	for _, ms := range []time.Duration{30, 10, 20} {
		l.add(ms * time.Millisecond)
	}
	if got := time.Duration(l.percentile(50)); got < 20*time.Millisecond || got > 21*time.Millisecond {
		t.Errorf("p50 = %v, want 20 ms", got)
	}
}

// Clients get the statuses of a REST API, of an HTTP API, of a function URL, or of Lambda
// itself.
func TestAnswers(t *testing.T) {
	refused := refusals{
		{refusal: refusal{service: apiGateway}, times: 1},
		{refusal: refusal{service: lambdaService, by: lambda.ReservedConcurrency}, times: 2},
		{refusal: refusal{service: lambdaService, by: lambda.ReservedRequestRate}, times: 3},
		{refusal: refusal{service: dynamoDB, verdict: capacity.Verdict{Limit: capacity.ProvisionedThroughput}}, times: 4},
	}
	for _, tt := range []struct {
		name string
		stage
		want []report.Answer
	}{
		{
			"a REST API",
			stage{of: &door{api: &template.API{}}, refused: refused, late: 7},
			[]report.Answer{{Status: 504, Count: 7}, {Status: 500, Count: 5}, {Status: 503, Count: 4}, {Status: 429, Count: 1}},
		},
		{
			"an HTTP API",
			stage{of: &door{http: &template.HTTPAPI{}}, refused: refused, late: 7},
			[]report.Answer{{Status: 503, Count: 16}, {Status: 429, Count: 1}},
		},
		{
			"a function URL",
			stage{of: &door{url: &template.FunctionURL{}}, refused: refused[1:]},
			[]report.Answer{{Status: 429, Count: 5}, {Status: 503, Count: 4}},
		},
		{"Lambda", stage{refused: refused[1:]}, []report.Answer{{Status: 429, Count: 5}, {Status: 200, Count: 4}}},
	} {
		if diff := cmp.Diff(tt.want, tt.answers()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

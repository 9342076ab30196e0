package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// several has two routes of one function, another function, and three tables.
var several = Report{
	Traffic: "constant:1/s", For: Span(time.Minute), Seed: 1, ItemBytes: 1_024, ServiceTime: Span(20 * time.Millisecond),
	Routes: []Route{
		{
			Route: "GET /a", Traffic: "constant:1/s", Function: "A", Offered: 50, Served: 40, Refused: 8, TimedOut: 2, FirstTimeout: Span(7 * time.Second),
			Answers: []Answer{{503, 8}, {504, 2}}, P50: Span(20 * time.Millisecond), P95: Span(30 * time.Millisecond), P99: Span(time.Second),
			Refusals: []Refusal{{Service: "DynamoDB", Reason: "X", Resource: "ts", Count: 8, First: Span(5 * time.Second)}},
		},
		{
			Route: "PUT /a", Traffic: "constant:1/s", Function: "A", Offered: 30, Served: 29, TimedOut: 1, FirstTimeout: Span(3 * time.Second),
			Answers: []Answer{{504, 1}}, P50: Span(20 * time.Millisecond), P95: Span(20 * time.Millisecond), P99: Span(20 * time.Millisecond),
		},
		{
			Route: "POST /b", Traffic: "spike:2x", Function: "B", Offered: 20, Served: 10, Refused: 10,
			Answers: []Answer{{429, 10}}, P50: Span(20 * time.Millisecond), P95: Span(21 * time.Millisecond), P99: Span(22 * time.Millisecond),
			Refusals: []Refusal{{Service: APIGateway, Reason: "Y", Count: 10, First: Span(4 * time.Second)}},
		},
	},
	Functions: []Function{
		{
			Function: "A", RetryMode: "sdk", MaxAttempts: 3, PeakConcurrency: 4, ColdStarts: 5,
			Calls: []Call{{Table: "T", Asked: 80, Attempts: 100, AttemptsRefused: 28, LongestWait: Span(time.Second)}, {Table: "U"}},
		},
		{Function: "B", RetryMode: "legacy", MaxAttempts: 1, PeakConcurrency: 2, ColdStarts: 2, Calls: []Call{{Table: "V"}}},
	},
	Tables: []Table{
		{Table: "T", Bursts: []Burst{{Resource: "ts", Direction: "read", Of: 300, Left: 1, LowestOf: 300, Lowest: 1, LowestAt: Span(8 * time.Second)}}},
		{Table: "U"},
		{Table: "V", Bursts: []Burst{{Resource: "vs", Direction: "write", Of: 600, Left: 600, LowestOf: 600, Lowest: 600}}},
	},
}

// Requests are added up over routes. What is of one function or table names it,
// or has a row in the order of the functions.
func TestTextOfSeveral(t *testing.T) {
	var got strings.Builder
	if err := several.WriteText(&got); err != nil {
		t.Fatal(err)
	}
	const want = `21 % of the requests fail from 3s on

route       GET /a -> A -> T, U
route       PUT /a -> A -> T, U
route       POST /b -> B -> V
traffic     constant:1/s of GET /a
            constant:1/s of PUT /a
            spike:2x of POST /b
            for 1m, seed 1
retries     sdk, 3 attempts of A
retries     legacy, 1 attempt of B
offered     100 requests
served       79  79.0 %
refused      18  18.0 %
              8 DynamoDB X
                of ts
             10 API Gateway Y
timed out     3   3.0 %
first       timeout after 3s, by API Gateway
clients get   8 answers of status 503
              3 answers of status 504
             10 answers of status 429
took        20ms p50, 30ms p95, 1s p99 of those served of GET /a
            20ms p50, 20ms p95, 20ms p99 of those served of PUT /a
            20ms p50, 21ms p95, 22ms p99 of those served of POST /b
attempts    100 of T, 1.25 a request, 28 refused
waited      0s a request on average, 1s at the longest
burst low   1 of 300 read units after 8s of ts
            600 of 600 write units after 0s of vs
concurrency 4 at its peak, 5 cold starts of A
concurrency 2 at its peak, 2 cold starts of B
assumed     items of 1,024 bytes, 20ms a request, 0s more if cold
            0s a further attempt, functions give up 0s before Timeout
            functions answer 503 if a table refuses
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

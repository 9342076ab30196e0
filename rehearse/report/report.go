// Package report says what became of traffic: to people on a terminal, and as
// JSON to programs. Whoever has played or sent the traffic fills in a [Report].
//
// The package is internal to the program; the JSON gains members and loses
// none.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// A Report is what became of traffic. Instants are since its start.
type Report struct {
	Template string `json:"template"` // path
	Route    string `json:"route"`    // method and path
	Function string `json:"function"` // logical id
	Table    string `json:"table"`    // logical id

	Traffic string `json:"traffic"`
	For     Span   `json:"for_seconds"`
	Seed    uint64 `json:"seed"`

	// How the function tries again.
	RetryMode   string `json:"retry_mode"`
	MaxAttempts int    `json:"max_attempts"`       // of a call, the first included
	RetryStop   Span   `json:"retry_stop_seconds"` // after which a call gives up; 0: never

	// Of the requests offered, each is served, refused or timed out, as its client
	// saw it.
	Offered      int64     `json:"offered"`
	Served       int64     `json:"served"`
	Refused      int64     `json:"refused"`
	Refusals     []Refusal `json:"refusals"`  // the most frequent first; of several attempts the last one's
	TimedOut     int64     `json:"timed_out"` // by API Gateway: 504
	FirstTimeout Span      `json:"first_timeout_seconds"`

	Asked           int64 `json:"asked"`            // requests whose function asked the table; none without limits
	Attempts        int64 `json:"attempts"`         // that they made
	AttemptsRefused int64 `json:"attempts_refused"` // by the table, whatever came of the request
	MeanWait        Span  `json:"mean_wait_seconds"`
	LongestWait     Span  `json:"longest_wait_seconds"` // of a request between its attempts, all together
	WastedRequests  int64 `json:"wasted_requests"`      // that the table let in when they had timed out
	WastedUnits     int64 `json:"wasted_units"`         // what those consumed, in the table and its indexes

	Direction       string  `json:"direction"` // read or write
	Bursts          []Burst `json:"bursts"`    // of the table and its global indexes; none on demand or without limits
	PeakConcurrency int     `json:"peak_concurrency"`
	ColdStarts      int64   `json:"cold_starts"`

	// What was assumed of each request.
	ItemBytes   int64 `json:"item_bytes"`
	ServiceTime Span  `json:"service_seconds"`
	ColdStart   Span  `json:"cold_start_seconds"`
	AttemptTime Span  `json:"attempt_seconds"` // of a further attempt
	Reserve     Span  `json:"reserve_seconds"` // before its Timeout, in which a function answers

	Unlimited   bool `json:"unlimited"`   // limits were off
	Pessimistic bool `json:"pessimistic"` // the strict end of what AWS leaves open
	Drained     bool `json:"drained"`     // what is provisioned had no burst at the start
}

// A Refusal is a limit that refused requests.
type Refusal struct {
	Service  string `json:"service"`
	Reason   string `json:"reason"`             // in AWS's words
	Resource string `json:"resource,omitempty"` // what the limit belongs to
	Limit    string `json:"limit,omitempty"`    // if it is finer than the reason
	Count    int64  `json:"count"`
	First    Span   `json:"first_seconds"`
}

// A Burst is what a table or index has saved up, in whole units.
type Burst struct {
	Resource string `json:"resource"`
	Of       int64  `json:"of"`     // at most
	Left     int64  `json:"left"`   // when no request was left; negative: in debt
	Lowest   int64  `json:"lowest"` // at any time
	LowestAt Span   `json:"lowest_seconds"`
}

// Lost reports whether requests were lost.
func (r *Report) Lost() bool { return r.Refused > 0 || r.TimedOut > 0 }

// first says which loss came first; there is one.
func (r *Report) first() string {
	at, what, by := r.FirstTimeout, "timeout", apiGateway
	if r.TimedOut == 0 {
		at = math.MaxInt64
	}
	for i := range r.Refusals {
		if f := &r.Refusals[i]; f.First < at {
			at, what, by = f.First, "refusal", f.Service
		}
	}
	return fmt.Sprintf("%s after %v, by %s", what, at, by)
}

const apiGateway = "API Gateway"

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

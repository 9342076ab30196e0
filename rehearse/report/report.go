// Package report describes what became of traffic: as text for people, and as
// JSON for programs. The program that played or sent the traffic fills in a
// [Report].
//
// The package is internal to the program and may change with any commit. The
// JSON is stable: see [Report.WriteJSON].
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Version is the version of the JSON.
const Version = 2

// A Report is what became of traffic. Instants count from its start.
type Report struct {
	Version  int    `json:"version"`
	Template string `json:"template"` // path
	Traffic  string `json:"traffic"`
	For      Span   `json:"for_seconds"`
	Seed     uint64 `json:"seed"`

	// The parts of the stack that had traffic, each once.
	Routes    []Route    `json:"routes"`
	Functions []Function `json:"functions"`
	Tables    []Table    `json:"tables"`

	// What was assumed: about the path of requests, in sentences, and about each
	// of them.
	Assumed     []string `json:"assumed"`
	ItemBytes   int64    `json:"item_bytes"`
	ServiceTime Span     `json:"service_seconds"`
	ColdStart   Span     `json:"cold_start_seconds"`
	AttemptTime Span     `json:"attempt_seconds"` // of each further attempt
	Reserve     Span     `json:"reserve_seconds"` // from a function's last work to its Timeout

	Unlimited   bool `json:"unlimited"`   // limits were off
	Pessimistic bool `json:"pessimistic"` // capacity.Strict in place of capacity.Likely
	Drained     bool `json:"drained"`     // provisioned resources started without burst
}

// A Route is what the clients of a route got. Each request offered was served,
// refused or timed out.
type Route struct {
	Route        string    `json:"route"`    // method and path; empty: clients invoke the function itself
	Function     string    `json:"function"` // logical id
	Offered      int64     `json:"offered"`
	Served       int64     `json:"served"`
	Refused      int64     `json:"refused"`
	Refusals     []Refusal `json:"refusals"`  // of last attempts; the most frequent first
	TimedOut     int64     `json:"timed_out"` // at API Gateway, with a 504
	FirstTimeout Span      `json:"first_timeout_seconds"`
}

// A Function is what a function did.
type Function struct {
	Function        string `json:"function"` // logical id
	Calls           []Call `json:"calls"`    // of each invocation
	PeakConcurrency int    `json:"peak_concurrency"`
	ColdStarts      int64  `json:"cold_starts"`

	// The retry mode.
	RetryMode   string `json:"retry_mode"`
	MaxAttempts int    `json:"max_attempts"`       // of a call, with the first
	RetryStop   Span   `json:"retry_stop_seconds"` // when a call stops trying; 0: never
}

// A Call is what became of a function's calls to a table.
type Call struct {
	Table           string `json:"table"`            // logical id
	Direction       string `json:"direction"`        // read or write
	Asked           int64  `json:"asked"`            // requests with this call; 0 without limits
	Attempts        int64  `json:"attempts"`         // of all these requests
	AttemptsRefused int64  `json:"attempts_refused"` // by the table
	MeanWait        Span   `json:"mean_wait_seconds"`
	LongestWait     Span   `json:"longest_wait_seconds"` // between the attempts of one call, in all
	WastedRequests  int64  `json:"wasted_requests"`      // admitted after they had timed out
	WastedUnits     int64  `json:"wasted_units"`         // that these requests consumed
}

// A Table is what a table was asked for.
type Table struct {
	Table    string  `json:"table"`    // logical id
	Attempts int64   `json:"attempts"` // of all functions; 0 without limits
	Refused  int64   `json:"refused"`  // of these attempts
	Bursts   []Burst `json:"bursts"`   // of what was asked; none on demand or without limits
}

// A Refusal is a limit that refused requests, and how many.
type Refusal struct {
	Service  string `json:"service"`
	Reason   string `json:"reason"`          // AWS's name
	Resource string `json:"resource"`        // the limit's owner; empty: the account
	Limit    string `json:"limit,omitempty"` // only if it is more precise than the reason
	Count    int64  `json:"count"`
	First    Span   `json:"first_seconds"`
}

// APIGateway is the Service of refusals and timeouts by API Gateway.
const APIGateway = "API Gateway"

// A Burst is the saved burst of a table or index in one direction, in whole
// units.
type Burst struct {
	Resource  string `json:"resource"`
	Direction string `json:"direction"` // read or write
	Of        int64  `json:"of"`        // the most that can be saved
	Left      int64  `json:"left"`      // at the end; negative: in debt
	Lowest    int64  `json:"lowest"`    // the lowest balance
	LowestAt  Span   `json:"lowest_seconds"`
}

// Total returns the sum of all routes, without a name. Its Refusals are in the
// order of the routes.
func (r *Report) Total() Route {
	var all Route
	for i := range r.Routes {
		o := &r.Routes[i]
		if o.TimedOut > 0 && (all.TimedOut == 0 || o.FirstTimeout < all.FirstTimeout) {
			all.FirstTimeout = o.FirstTimeout
		}
		all.Offered += o.Offered
		all.Served += o.Served
		all.Refused += o.Refused
		all.TimedOut += o.TimedOut
		all.Refusals = append(all.Refusals, o.Refusals...)
	}
	return all
}

// Lost reports whether any request was refused or timed out.
func (r *Report) Lost() bool {
	all := r.Total()
	return all.lost()
}

func (r *Route) lost() bool { return r.Refused > 0 || r.TimedOut > 0 }

// first describes the first loss. At least one request must be lost.
func (r *Route) first() string {
	at, what, by := r.FirstTimeout, "timeout", APIGateway
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

// WriteJSON writes the report as one JSON object. A program may rely on each
// member: that it is there, on its unit and on its meaning. New versions of the
// program may add members and list more elements than today's one. If a member
// is removed or changes its meaning, Version changes. The error is to's.
func (r *Report) WriteJSON(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// Package report says what became of traffic: to people on a terminal, and as
// JSON to programs. Whoever has played or sent the traffic fills in a [Report].
//
// The package is internal to the program and may change with any commit. The JSON
// is not: see [Report.WriteJSON].
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Version is that of the JSON.
const Version = 2

// A Report is what became of traffic. Instants are since its start.
type Report struct {
	Version  int    `json:"version"`
	Template string `json:"template"` // path
	Traffic  string `json:"traffic"`
	For      Span   `json:"for_seconds"`
	Seed     uint64 `json:"seed"`

	// What took part, none of it more than once.
	Routes    []Route    `json:"routes"`
	Functions []Function `json:"functions"`
	Tables    []Table    `json:"tables"`

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

// A Route is what the clients of a route got: each request offered is served,
// refused or timed out.
type Route struct {
	Route        string    `json:"route"`    // method and path
	Function     string    `json:"function"` // logical id
	Offered      int64     `json:"offered"`
	Served       int64     `json:"served"`
	Refused      int64     `json:"refused"`
	Refusals     []Refusal `json:"refusals"`  // the most frequent first; of several attempts the last one's
	TimedOut     int64     `json:"timed_out"` // by API Gateway: 504
	FirstTimeout Span      `json:"first_timeout_seconds"`
}

// A Function is what a function did.
type Function struct {
	Function        string `json:"function"` // logical id
	Calls           []Call `json:"calls"`    // that each of its invocations makes
	PeakConcurrency int    `json:"peak_concurrency"`
	ColdStarts      int64  `json:"cold_starts"`

	// How it tries again.
	RetryMode   string `json:"retry_mode"`
	MaxAttempts int    `json:"max_attempts"`       // of a call, the first included
	RetryStop   Span   `json:"retry_stop_seconds"` // after which a call gives up; 0: never
}

// A Call is what became of a function's calls of a table.
type Call struct {
	Table           string `json:"table"`            // logical id
	Direction       string `json:"direction"`        // read or write
	Asked           int64  `json:"asked"`            // requests for which the call was made; none without limits
	Attempts        int64  `json:"attempts"`         // of all of them
	AttemptsRefused int64  `json:"attempts_refused"` // by the table, whatever came of the request
	MeanWait        Span   `json:"mean_wait_seconds"`
	LongestWait     Span   `json:"longest_wait_seconds"` // of a call between its attempts, all together
	WastedRequests  int64  `json:"wasted_requests"`      // that the table let in when they had timed out
	WastedUnits     int64  `json:"wasted_units"`         // what those consumed, in the table and its indexes
}

// A Table is what was asked of a table.
type Table struct {
	Table   string  `json:"table"`   // logical id
	Asked   int64   `json:"asked"`   // attempts, of all functions; none without limits
	Refused int64   `json:"refused"` // of those
	Bursts  []Burst `json:"bursts"`  // of the table and its global indexes, as far as they were asked; none on demand or without limits
}

// A Refusal is a limit that refused requests.
type Refusal struct {
	Service  string `json:"service"`
	Reason   string `json:"reason"`          // in AWS's words
	Resource string `json:"resource"`        // what the limit belongs to; empty: the account
	Limit    string `json:"limit,omitempty"` // if it is finer than the reason
	Count    int64  `json:"count"`
	First    Span   `json:"first_seconds"`
}

// APIGateway is the service that refuses or gives up for itself.
const APIGateway = "API Gateway"

// A Burst is what a table or index has saved up in one direction, in whole units.
type Burst struct {
	Resource  string `json:"resource"`
	Direction string `json:"direction"` // read or write
	Of        int64  `json:"of"`        // at most
	Left      int64  `json:"left"`      // when no request was left; negative: in debt
	Lowest    int64  `json:"lowest"`    // at any time
	LowestAt  Span   `json:"lowest_seconds"`
}

// Total returns what the clients of all routes got. Its Refusals are in the
// order of the routes; it has no name.
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

// Lost reports whether requests were lost.
func (r *Report) Lost() bool {
	all := r.Total()
	return all.lost()
}

func (r *Route) lost() bool { return r.Refused > 0 || r.TimedOut > 0 }

// first says which loss came first; there is one.
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

// WriteJSON writes the report as one JSON object, which is stable: a program may
// rely on every member that is there, on its unit and on what it counts. Members
// may be added, and lists may have more elements than today's one. What is
// removed, or means another thing, makes another version.
func (r *Report) WriteJSON(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

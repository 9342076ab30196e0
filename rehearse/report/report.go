// Package report describes what became of traffic: as text for people, and as
// JSON for programs. The program that played or sent the traffic fills in a
// [Report].
//
// The package is internal to the program and may change with any commit. The
// JSON is stable: see [Report.WriteJSON].
package report

import (
	"encoding/json"
	"io"
	"math"
)

// Version is the version of the JSON. In 3 a route may be empty, and 1x of a spike
// in traffic is its base; it was twice that.
const Version = 3

// A Report is what became of traffic. Instants count from its start.
type Report struct {
	Version  int    `json:"version"`
	Template string `json:"template"` // path
	Traffic  string `json:"traffic"`
	For      Span   `json:"for_seconds"`
	Seed     uint64 `json:"seed"`
	StartsAt string `json:"starts_at"` // the time of day in UTC at which the traffic starts, HH:MM:SS
	Even     bool   `json:"even"`      // requests came with equal time between them, else at random

	// What AWS runs of the template and Lullaby does not, each once: all figures
	// are without it.
	LeftOut []Omission `json:"left_out"`

	Remedy *Remedy `json:"remedy"` // null: nothing was lost

	// The parts of the stack that had traffic, each once.
	Routes    []Route    `json:"routes"`
	Functions []Function `json:"functions"`
	Tables    []Table    `json:"tables"`
	Queues    []Queue    `json:"queues"` // each before its dead-letter queue

	// The alarms of the template, and when they would have woken somebody.
	Alarms []Alarm `json:"alarms"`
	Pages  []Page  `json:"pages"`

	Scaling []Activity `json:"scaling"` // in the order of time

	// What was assumed: about the path of requests, in sentences, and about each
	// of them.
	Assumed     []string `json:"assumed"`
	ItemBytes   int64    `json:"item_bytes"`
	ServiceTime Span     `json:"service_seconds"`
	ColdStart   Span     `json:"cold_start_seconds"`
	AttemptTime Span     `json:"attempt_seconds"` // of each further attempt
	Reserve     Span     `json:"reserve_seconds"` // from a function's last work to its Timeout
	// The same of a function that a queue invokes, whose Timeout is two seconds at
	// least; 0 without queues.
	ConsumerReserve Span `json:"consumer_reserve_seconds"`

	Unlimited   bool `json:"unlimited"`   // limits were off
	Pessimistic bool `json:"pessimistic"` // capacity.Strict in place of capacity.Likely
	Drained     bool `json:"drained"`     // provisioned resources started without burst
}

// A Route is what the clients of a route got. Each request offered was served,
// refused or timed out.
type Route struct {
	Route        string    `json:"route"`    // method and path, $default, or the logical id of a function URL; empty: clients invoke the function itself
	Function     string    `json:"function"` // logical id
	Queue        string    `json:"queue"`    // logical id of the queue to which the function sends; empty: none
	Traffic      string    `json:"traffic"`
	Offered      int64     `json:"offered"`
	Served       int64     `json:"served"`
	Refused      int64     `json:"refused"`
	Refusals     []Refusal `json:"refusals"`  // of last attempts; the most frequent first
	TimedOut     int64     `json:"timed_out"` // at API Gateway: with a 504, at an HTTP API with a 503
	FirstTimeout Span      `json:"first_timeout_seconds"`
	Answers      []Answer  `json:"answers"` // to requests that were not served; the most frequent first

	// Of the requests served, from arrival to answer: half, 95 and 99 in a hundred
	// took at most that long. 0 without any. At most a thousandth too long.
	P50 Span `json:"p50_seconds"`
	P95 Span `json:"p95_seconds"`
	P99 Span `json:"p99_seconds"`
}

// An Answer is an HTTP status that clients got, and how many. 200 is that of
// Lambda itself, with X-Amz-Function-Error.
type Answer struct {
	Status int   `json:"status"`
	Count  int64 `json:"count"`
}

// An Omission is a part of a template that was left out.
type Omission struct {
	Resource string `json:"resource"` // logical id
	What     string `json:"what"`     // that it lacks
	Place    string `json:"place"`    // file and line
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

	Capacity []Capacity `json:"capacity"` // of what is scaled
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
	Of        int64  `json:"of"`        // the most that can be saved, at the end
	Left      int64  `json:"left"`      // at the end; negative: in debt
	Lowest    int64  `json:"lowest"`    // the lowest balance
	LowestAt  Span   `json:"lowest_seconds"`
	LowestOf  int64  `json:"lowest_of"` // the most that could be saved then
}

// Total returns the sum of all routes, without a name and without percentiles.
// Its Refusals are in the order of the routes.
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
		for _, a := range o.Answers {
			all.Answers = addAnswer(all.Answers, a)
		}
	}
	return all
}

func addAnswer(all []Answer, a Answer) []Answer {
	for i := range all {
		if all[i].Status == a.Status {
			all[i].Count += a.Count
			return all
		}
	}
	return append(all, a)
}

// Lost reports whether any request was refused or timed out, or any message was
// given up or is left in a queue that has consumers.
func (r *Report) Lost() bool {
	all := r.Total()
	return all.lost() || r.lostMessages()
}

// BadNews reports whether anything was lost, or anybody woken.
func (r *Report) BadNews() bool { return r.Lost() || len(r.Pages) > 0 }

func (r *Route) lost() bool { return r.Refused > 0 || r.TimedOut > 0 }

// first returns the first loss: when, what, and by which service. At least one
// request must be lost.
func (r *Route) first() (at Span, what, by string) {
	at, what, by = r.FirstTimeout, "timeout", APIGateway
	if r.TimedOut == 0 {
		at = math.MaxInt64
	}
	for i := range r.Refusals {
		if f := &r.Refusals[i]; f.First < at {
			at, what, by = f.First, "refusal", f.Service
		}
	}
	return at, what, by
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

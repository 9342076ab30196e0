// Package report says what became of traffic: to people on a terminal, and as
// JSON to programs. Whoever has played or sent the traffic fills in a [Report].
//
// The package is internal to the program; the JSON gains members and loses
// none.
package report

import (
	"encoding/json"
	"io"
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

	Offered  int64     `json:"offered"`
	Served   int64     `json:"served"`
	Refused  int64     `json:"refused"`
	Refusals []Refusal `json:"refusals"` // the most frequent first

	Direction       string  `json:"direction"` // read or write
	Bursts          []Burst `json:"bursts"`    // of the table and its global indexes; none on demand or without limits
	PeakConcurrency int     `json:"peak_concurrency"`
	ColdStarts      int64   `json:"cold_starts"`

	// What was assumed of each request.
	ItemBytes   int64 `json:"item_bytes"`
	ServiceTime Span  `json:"service_seconds"`
	ColdStart   Span  `json:"cold_start_seconds"`

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
	Left     int64  `json:"left"`   // at the end; negative: in debt
	Lowest   int64  `json:"lowest"` // at any time
	LowestAt Span   `json:"lowest_seconds"`
}

// Lost reports whether requests were lost.
func (r *Report) Lost() bool { return r.Refused > 0 }

// first returns the refusal that came first; there is one.
func (r *Report) first() *Refusal {
	first := &r.Refusals[0]
	for i := range r.Refusals {
		if f := &r.Refusals[i]; f.First < first.First {
			first = f
		}
	}
	return first
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

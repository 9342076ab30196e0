package report

import (
	"fmt"
	"strings"
	"time"
)

// A Remedy is the least throughput with which the same traffic would lose
// nothing, as far as it is known.
type Remedy struct {
	Outcome Outcome `json:"outcome"`
	Raise   []Raise `json:"raise"` // if it was found

	// What would hold in place of more throughput; absent: nothing is known.
	Concurrency *Concurrency `json:"concurrency,omitempty"`
}

// A Concurrency is a MaximumConcurrency of the mapping of a function.
type Concurrency struct {
	Function           string `json:"function"` // logical id
	MaximumConcurrency int64  `json:"maximum_concurrency"`
}

// An Outcome says what became of the search for a remedy.
type Outcome string

// The outcomes.
const (
	Found   Outcome = "found"
	NoHelp  Outcome = "no_help"  // more throughput would not be enough
	TooLong Outcome = "too_long" // the search was given up
)

// A Raise is a throughput in units a second that would hold.
type Raise struct {
	Resource  string  `json:"resource"`
	Direction string  `json:"direction"` // read or write
	Setting   Setting `json:"setting"`
	Units     int64   `json:"units"`

	Table bool `json:"-"` // the resource is a table, not an index
}

// A Setting is a throughput that a template can set.
type Setting string

// The settings.
const (
	Provisioned Setting = "provisioned"
	Maximum     Setting = "maximum" // on demand
	Warm        Setting = "warm"    // on demand
	Minimum     Setting = "minimum" // of what is scaled
)

// verdict returns what became of the traffic, in one sentence.
func (r *Report) verdict() string {
	all := r.Total()
	if len(r.Queues) > 0 {
		return r.verdictOfQueues(&all)
	}
	one, many := r.noun()
	switch {
	case all.Offered == 0:
		return "No " + one + " arrived."
	case !all.lost():
		return "No " + one + " fails" + r.reserve()
	}
	return all.failure(many) + r.Remedy.advice(r.direction())
}

// failure returns how many requests fail, and since when. At least one does.
func (r *Route) failure(many string) string {
	at, _, _ := r.first()
	return share(r.Offered-r.Served, r.Offered, many) + " fail " + from(at)
}

// from returns since when something is so.
func from(at Span) string {
	if at < Span(time.Second) {
		return "from the start on"
	}
	return "from " + Span(time.Duration(at).Round(time.Second)).String() + " on"
}

// direction returns the direction of all calls, empty if they differ.
func (r *Report) direction() string {
	direction := ""
	for i := range r.Functions {
		for j := range r.Functions[i].Calls {
			switch d := r.Functions[i].Calls[j].Direction; direction {
			case "", d:
				direction = d
			default:
				return ""
			}
		}
	}
	return direction
}

// noun returns what one request and many are.
func (r *Report) noun() (one, many string) {
	one = r.direction()
	if one == "" {
		one = "request"
	}
	return one, one + "s"
}

// reserve says how near the burst came to its end, if there is a burst.
func (r *Report) reserve() string {
	var least *Burst
	for i := range r.Tables {
		for j := range r.Tables[i].Bursts {
			b := &r.Tables[i].Bursts[j]
			if least == nil || b.Lowest*least.LowestOf < least.Lowest*b.LowestOf {
				least = b
			}
		}
	}
	if least == nil {
		return ""
	}
	return fmt.Sprintf("; the burst falls to %s of %s %s units", grouped(least.Lowest), grouped(least.LowestOf), least.Direction)
}

// advice says what would hold, beginning with a semicolon. direction is that of
// all calls, or empty.
func (m *Remedy) advice(direction string) string {
	switch {
	case m == nil:
		return ""
	case m.Outcome == TooLong:
		return "; what would hold takes too long to seek"
	case m.Outcome == NoHelp:
		return "; more " + strings.TrimPrefix(direction+" units", " ") + " would not be enough"
	}
	if c := m.Concurrency; c != nil {
		return fmt.Sprintf("; a MaximumConcurrency of %s for %s would hold", grouped(c.MaximumConcurrency), c.Function)
	}
	texts := make([]string, len(m.Raise))
	for i := range m.Raise {
		texts[i] = m.Raise[i].String()
	}
	return "; " + strings.Join(texts, " and ") + " would hold"
}

// String returns the setting, with the resource if it is an index.
func (r *Raise) String() string {
	text := fmt.Sprintf("%s %s units", grouped(r.Units), r.Direction)
	if r.Units == 1 {
		text = strings.TrimSuffix(text, "s")
	}
	switch r.Setting {
	case Maximum:
		text = "a maximum of " + text
	case Warm:
		text = "a warm throughput of " + text
	case Minimum:
		text = "a minimum of " + text
	case Provisioned:
	}
	if !r.Table {
		text += " of " + r.Resource
	}
	return text
}

// share returns how many of the requests a part is, as the subject of a
// sentence: in percent, and none and all only if it is so.
func share(part, whole int64, many string) string {
	percent := (part*200 + whole) / (2 * whole) // far from overflowing
	switch {
	case part == whole:
		return "All " + many
	case percent == 0:
		return "Less than 1 % of the " + many
	case percent == 100:
		return "More than 99 % of the " + many
	}
	return fmt.Sprintf("%d %% of the %s", percent, many)
}

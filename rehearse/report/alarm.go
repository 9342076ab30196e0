package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// An Alarm is an alarm of the template, and what became of it.
type Alarm struct {
	Alarm  string   `json:"alarm"` // logical id
	Name   string   `json:"name"`
	Topics []string `json:"topics"` // ARNs of those that its actions in ALARM name: it wakes somebody
	Played bool     `json:"played"` // else it is about what got no traffic here, or about metrics of a function's own

	Changes []Change `json:"changes"`
	State   string   `json:"state"` // at the end

	// What is plain of the alarm whatever the traffic, and why; empty: nothing.
	Certain Certain `json:"certain"`
	Why     string  `json:"why"`
}

// A Change is a change of an alarm's state, in AWS's words.
type Change struct {
	At     Span   `json:"at_seconds"`
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// A Certain says what an alarm does whatever the traffic.
type Certain string

// What is certain.
const (
	Never  Certain = "never"  // it never fires
	Always Certain = "always" // it always fires
)

// States of alarms.
const (
	stateAlarm = "ALARM"
	stateOK    = "OK"
)

// A Page is a change of an alarm to ALARM that wakes somebody.
type Page struct {
	Alarm   string `json:"alarm"` // logical id
	At      Span   `json:"at_seconds"`
	Time    string `json:"time"`    // of day in UTC: 03:12, or 03:12 on day 2
	Cleared bool   `json:"cleared"` // the alarm was OK again
	Until   Span   `json:"until_seconds"`
	Ended   string `json:"until"` // the time of day; empty: not cleared
}

// pages reports whether the alarm wakes somebody.
func (a *Alarm) pages() bool { return len(a.Topics) > 0 }

// A firing is a change of an alarm to ALARM, and when it was OK again.
type firing struct {
	from, until Span
	cleared     bool
}

// firings returns when the alarm fired. One whose data end is INSUFFICIENT_DATA, which
// tells nobody that all is well.
func (a *Alarm) firings() (all []firing) {
	for i, c := range a.Changes {
		if c.State != stateAlarm {
			continue
		}
		f := firing{from: c.At}
		if k := slices.IndexFunc(a.Changes[i:], func(c Change) bool { return c.State == stateOK }); k >= 0 {
			f.until, f.cleared = a.Changes[i+k].At, true
		}
		all = append(all, f)
	}
	return all
}

// AddPages adds the pages of the report's alarms to it, in the order of time.
func (r *Report) AddPages() {
	for i := range r.Alarms {
		a := &r.Alarms[i]
		for _, f := range a.firings() {
			if !a.pages() {
				continue
			}
			p := Page{Alarm: a.Alarm, At: f.from, Time: r.clock(f.from), Cleared: f.cleared, Until: f.until}
			if f.cleared {
				p.Ended = r.clock(f.until)
			}
			r.Pages = append(r.Pages, p)
		}
	}
	slices.SortStableFunc(r.Pages, func(a, b Page) int { return int(min(1, max(-1, a.At-b.At))) })
}

// clock returns the time of day of an instant of the report, to a tenth of a second,
// with the day if it is not the first.
func (r *Report) clock(at Span) string {
	begins, _ := time.Parse(time.TimeOnly, r.StartsAt) // rehearse has written it
	t := begins.Add(time.Duration(at))
	day := t.Sub(begins.Truncate(24*time.Hour)) / (24 * time.Hour)
	text := t.Format("15:04")
	if t.Truncate(time.Minute) != t {
		text = t.Format("15:04:05.9")
	}
	if day > 0 {
		text += fmt.Sprintf(" on day %d", day+1)
	}
	return text
}

// woken returns who wakes somebody, and when, a sentence an alarm; empty without an
// alarm that could.
func (r *Report) woken() []string {
	var all []string
	could := false
	for i := range r.Alarms {
		a := &r.Alarms[i]
		could = could || a.pages()
		if fired := a.firings(); a.pages() && len(fired) > 0 {
			all = append(all, fmt.Sprintf("Somebody is woken at %s, by %s, until %s",
				r.times(fired, func(f *firing) string { return r.clock(f.from) }), a.Alarm,
				r.times(fired, func(f *firing) string {
					if !f.cleared {
						return "the end"
					}
					return r.clock(f.until)
				})))
		}
	}
	if could && all == nil {
		return []string{"Nobody is woken"}
	}
	return all
}

// mostTimes is how many times a sentence lists.
const mostTimes = 4

// times lists what of of each firing, the first few.
func (r *Report) times(all []firing, of func(*firing) string) string {
	var texts []string
	for i := range all {
		if i == mostTimes-1 && len(all) > mostTimes {
			texts = append(texts, fmt.Sprintf("%d more times", len(all)-i))
			break
		}
		texts = append(texts, of(&all[i]))
	}
	return listed(texts)
}

// listed joins texts: a, b and c.
func listed(texts []string) string {
	if n := len(texts); n > 1 {
		return strings.Join(texts[:n-1], ", ") + " and " + texts[n-1]
	}
	return strings.Join(texts, "")
}

// alarms writes when each alarm fired, and which cannot or always do.
func (w *rows) alarms(r *Report) {
	label := "alarms"
	row := func(format string, args ...any) {
		w.row(label, format, args...)
		label = ""
	}
	var quiet []string
	for i := range r.Alarms {
		a := &r.Alarms[i]
		fired := a.firings()
		switch {
		case a.Certain == Never:
			row("%s can never fire: %s", a.Alarm, a.Why)
		case a.Certain == Always:
			row("%s always fires: %s", a.Alarm, a.Why)
		case !a.Played:
			row("%s is not judged: nothing here measures what it looks at", a.Alarm)
		case len(a.Changes) == 0:
			row("%s has no data", a.Alarm)
		case len(fired) == 0:
			quiet = append(quiet, a.Alarm)
		default:
			row("%s is on %s", a.Alarm, r.times(fired, func(f *firing) string {
				if !f.cleared {
					return "from " + r.clock(f.from) + " to the end"
				}
				return "from " + r.clock(f.from) + " to " + r.clock(f.until)
			}))
		}
	}
	switch len(quiet) {
	case 0:
	case 1:
		row("%s does not fire", quiet[0])
	default:
		row("%s do not fire", listed(quiet))
	}
}

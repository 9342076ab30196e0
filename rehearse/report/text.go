package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteText writes the report for a terminal: some ten lines, of 80 columns if
// names are short. Requests are those of all routes together; functions, calls
// and tables have a row each. The error is to's.
func (r *Report) WriteText(to io.Writer) error {
	w := &rows{bufio.NewWriter(to)}
	for i := range r.Routes {
		w.row("route", "%s", r.path(&r.Routes[i]))
	}
	w.row("traffic", "%s", r.Traffic)
	w.row("", "for %v, seed %d%s", r.For, r.Seed, r.mode())
	for i := range r.Functions {
		w.row("retries", "%s", r.Functions[i].retries())
	}
	all := r.Total()
	w.requests(&all)
	waited := false
	for i := range r.Functions {
		for j := range r.Functions[i].Calls {
			call := &r.Functions[i].Calls[j]
			w.attempts(call)
			waited = waited || call.LongestWait > 0
		}
	}
	w.bursts(r.Tables, all.lost())
	for i := range r.Functions {
		f := &r.Functions[i]
		w.row("concurrency", "%s at its peak, %s cold starts", grouped(int64(f.PeakConcurrency)), grouped(f.ColdStarts))
	}
	label := "assumed"
	for _, a := range r.Assumed {
		w.row(label, "%s", a)
		label = ""
	}
	w.row(label, "items of %s bytes, %v a request, %v more if cold", grouped(r.ItemBytes), r.ServiceTime, r.ColdStart)
	if waited {
		w.row("", "%v a further attempt, functions give up %v before Timeout", r.AttemptTime, r.Reserve)
	}
	return w.Flush()
}

// path returns the function that a route invokes and the tables that it calls.
func (r *Report) path(route *Route) string {
	var tables []string
	for i := range r.Functions {
		if f := &r.Functions[i]; f.Function == route.Function {
			for _, call := range f.Calls {
				tables = append(tables, call.Table)
			}
		}
	}
	steps := []string{cmp.Or(route.Route, "invoke"), route.Function}
	if tables != nil {
		steps = append(steps, strings.Join(tables, ", "))
	}
	return strings.Join(steps, " -> ")
}

// rows writes labelled rows. Flush returns the first error.
type rows struct{ *bufio.Writer }

func (w *rows) row(label, format string, args ...any) {
	fmt.Fprintf(w, "%-12s"+format+"\n", append([]any{label}, args...)...)
}

// requests writes what clients got.
func (w *rows) requests(r *Route) {
	width := len(grouped(r.Offered))
	w.row("offered", "%*s requests", width, grouped(r.Offered))
	w.row("served", "%*s%s", width, grouped(r.Served), percent(r.Served, r.Offered))
	w.row("refused", "%*s%s", width, grouped(r.Refused), percent(r.Refused, r.Offered))
	for i := range r.Refusals {
		f := &r.Refusals[i]
		w.row("", "%*s %s %s", width, grouped(f.Count), f.Service, f.Reason)
		if of := f.of(); of != "" {
			w.row("", "%*s of %s", width, "", of)
		}
	}
	w.row("timed out", "%*s%s", width, grouped(r.TimedOut), percent(r.TimedOut, r.Offered))
	if r.lost() {
		w.row("first", "%s", r.first())
	}
}

// attempts writes what the retries of a call did, if there were any.
func (w *rows) attempts(c *Call) {
	if c.Attempts > c.Asked {
		w.row("attempts", "%s of the table, %s a request, %s refused", grouped(c.Attempts), hundredths(c.Attempts, c.Asked), grouped(c.AttemptsRefused))
	}
	if c.LongestWait > 0 {
		w.row("waited", "%v a request on average, %v at the longest", c.MeanWait, c.LongestWait)
	}
	if c.WastedRequests > 0 {
		w.row("wasted", "%s units, on %s requests that had timed out", grouped(c.WastedUnits), grouped(c.WastedRequests))
	}
}

// bursts writes the bursts that are left. With one table, its own has no name.
func (w *rows) bursts(tables []Table, lost bool) {
	label := "burst left"
	for i := range tables {
		for j := range tables[i].Bursts {
			b := &tables[i].Bursts[j]
			text := b.left(lost)
			if j > 0 || len(tables) > 1 {
				text += " of " + b.Resource
			}
			w.row(label, "%s", text)
			label = ""
		}
	}
}

// retries returns the retry mode and when it stops.
func (f *Function) retries() string {
	attempts := "attempts"
	if f.MaxAttempts == 1 {
		attempts = "attempt"
	}
	text := fmt.Sprintf("%s, %s %s", f.RetryMode, grouped(int64(f.MaxAttempts)), attempts)
	if f.RetryStop > 0 {
		text += fmt.Sprintf(" or %v", f.RetryStop)
	}
	return text
}

// mode returns the limits that applied, empty for the usual ones.
func (r *Report) mode() string {
	if r.Unlimited {
		return ", limits off"
	}
	text := ""
	if r.Pessimistic {
		text = ", pessimistic"
	}
	if r.Drained {
		text += ", drained"
	}
	return text
}

// of returns the owner of the limit, and the limit if the reason does not name
// it.
func (f *Refusal) of() string {
	if f.Limit == "" {
		return f.Resource
	}
	return f.Resource + ", " + f.Limit
}

// left returns what is left of a burst, and its lowest balance if nothing was
// lost.
func (b *Burst) left(lost bool) string {
	text := fmt.Sprintf("%s of %s %s units", grouped(b.Left), grouped(b.Of), b.Direction)
	if !lost && b.Lowest < b.Left {
		text += fmt.Sprintf(", lowest %s after %v", grouped(b.Lowest), b.LowestAt)
	}
	return text
}

// grouped formats a number with commas between thousands.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// hundredths formats a quotient of counts with two decimals.
func hundredths(n, by int64) string {
	h := (n*200 + by) / (2 * by) // both are far from overflowing
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}

// percent formats a share with one decimal. Only 0 gives 0.0 %, and only the
// whole 100.0 %.
func percent(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	tenths := (part*2_000 + whole) / (2 * whole) // both are far from overflowing
	switch {
	case part > 0 && tenths == 0:
		return "  <0.1 %"
	case part < whole && tenths == 1_000:
		return " >99.9 %"
	}
	return fmt.Sprintf(" %3d.%d %%", tenths/10, tenths%10)
}

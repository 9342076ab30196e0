package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteText writes the report for a terminal, some ten lines that fit into 80
// columns as long as names are short.
func (r *Report) WriteText(to io.Writer) error {
	w := bufio.NewWriter(to)
	row := func(label, format string, args ...any) {
		fmt.Fprintf(w, "%-12s"+format+"\n", append([]any{label}, args...)...)
	}
	row("route", "%s -> %s -> %s", r.Route, r.Function, r.Table)
	row("traffic", "%s", r.Traffic)
	row("", "for %v, seed %d%s", r.For, r.Seed, r.mode())
	row("retries", "%s", r.retries())
	width := len(grouped(r.Offered))
	row("offered", "%*s requests", width, grouped(r.Offered))
	row("served", "%*s%s", width, grouped(r.Served), percent(r.Served, r.Offered))
	row("refused", "%*s%s", width, grouped(r.Refused), percent(r.Refused, r.Offered))
	for i := range r.Refusals {
		f := &r.Refusals[i]
		row("", "%*s %s %s", width, grouped(f.Count), f.Service, f.Reason)
		if of := f.of(); of != "" {
			row("", "%*s of %s", width, "", of)
		}
	}
	row("timed out", "%*s%s", width, grouped(r.TimedOut), percent(r.TimedOut, r.Offered))
	if r.Lost() {
		row("first", "%s", r.first())
	}
	if r.Attempts > r.Asked {
		row("attempts", "%s of the table, %s a request, %s refused", grouped(r.Attempts), hundredths(r.Attempts, r.Asked), grouped(r.AttemptsRefused))
	}
	if r.LongestWait > 0 {
		row("waited", "%v a request on average, %v at the longest", r.MeanWait, r.LongestWait)
	}
	if r.WastedRequests > 0 {
		row("wasted", "%s units, on %s requests that had timed out", grouped(r.WastedUnits), grouped(r.WastedRequests))
	}
	for i := range r.Bursts {
		if i == 0 {
			row("burst left", "%s", r.burst(&r.Bursts[i]))
		} else {
			row("", "%s of %s", r.burst(&r.Bursts[i]), r.Bursts[i].Resource)
		}
	}
	row("concurrency", "%s at its peak, %s cold starts", grouped(int64(r.PeakConcurrency)), grouped(r.ColdStarts))
	row("assumed", "items of %s bytes, %v a request, %v more if cold", grouped(r.ItemBytes), r.ServiceTime, r.ColdStart)
	if r.LongestWait > 0 {
		row("", "%v a further attempt, functions give up %v before Timeout", r.AttemptTime, r.Reserve)
	}
	return w.Flush()
}

// retries says the mode of retries, and what ends them.
func (r *Report) retries() string {
	attempts := "attempts"
	if r.MaxAttempts == 1 {
		attempts = "attempt"
	}
	text := fmt.Sprintf("%s, %s %s", r.RetryMode, grouped(int64(r.MaxAttempts)), attempts)
	if r.RetryStop > 0 {
		text += fmt.Sprintf(" or %v", r.RetryStop)
	}
	return text
}

// mode says what limits there were, if it is not the usual ones.
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

// of says what the limit belongs to, and which it is if the reason does not.
func (f *Refusal) of() string {
	if f.Limit == "" {
		return f.Resource
	}
	return f.Resource + ", " + f.Limit
}

// burst says what is left, and how near it came if nothing was lost.
func (r *Report) burst(b *Burst) string {
	text := fmt.Sprintf("%s of %s %s units", grouped(b.Left), grouped(b.Of), r.Direction)
	if !r.Lost() && b.Lowest < b.Left {
		text += fmt.Sprintf(", lowest %s after %v", grouped(b.Lowest), b.LowestAt)
	}
	return text
}

// grouped writes a number with commas between its thousands.
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

// hundredths writes a quotient of counts to a hundredth.
func hundredths(n, by int64) string {
	h := (n*200 + by) / (2 * by) // both are far from overflowing
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}

// percent writes a part of a whole to a tenth. Only nothing is 0.0 %, and only
// the whole 100.0 %.
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

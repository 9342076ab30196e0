package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteText writes the report for a terminal of 80 columns: the verdict, what it
// is without, and some fifteen rows. Requests are those of all routes together;
// functions, calls and tables have a row each. The error is to's.
func (r *Report) WriteText(to io.Writer) error {
	w := &rows{bufio.NewWriter(to)}
	for _, sentence := range r.woken() {
		w.wrap("", "", sentence)
	}
	w.wrap("", "", r.verdict())
	w.leftOut(r.LeftOut)
	w.wrap("", "", "")
	for i := range r.Routes {
		w.row("route", "%s", r.path(&r.Routes[i]))
	}
	w.chains(r)
	w.traffic(r)
	w.row("", "for %v, %s%s", r.For, r.chance(), r.mode())
	for _, f := range r.working() {
		w.row("retries", "%s%s", f.retries(), r.of(f))
	}
	all := r.Total()
	if all.Offered > 0 || len(r.Queues) == 0 {
		w.requests(&all)
	}
	w.percentiles(r.Routes)
	w.calls(r)
	w.bursts(r.Tables)
	for _, f := range r.working() {
		w.row("concurrency", "%s at its peak, %s cold starts%s", grouped(int64(f.PeakConcurrency)), grouped(f.ColdStarts), r.of(f))
	}
	w.queues(r.Queues)
	w.capacities(r)
	w.scaling(r)
	w.alarms(r)
	w.assumed(r, &all)
	return w.Flush()
}

// working returns the functions that ran; the only one also if it did not.
func (r *Report) working() (all []*Function) {
	for i := range r.Functions {
		if f := &r.Functions[i]; len(r.Functions) == 1 || f.ColdStarts > 0 {
			all = append(all, f)
		}
	}
	return all
}

// of names a function if there are several.
func (r *Report) of(f *Function) string {
	if len(r.Functions) == 1 {
		return ""
	}
	return " of " + f.Function
}

// path returns the function that a route invokes, the tables that it calls and the
// queue to which it sends.
func (r *Report) path(route *Route) string {
	tables := r.tables(route.Function)
	steps := []string{cmp.Or(route.Route, "invoke"), route.Function}
	if tables != nil {
		steps = append(steps, strings.Join(tables, ", "))
	}
	if route.Queue != "" {
		steps = append(steps, route.Queue)
	}
	return strings.Join(steps, " -> ")
}

// tables returns the tables that a function calls.
func (r *Report) tables(function string) (all []string) {
	for i := range r.Functions {
		if f := &r.Functions[i]; f.Function == function {
			for _, call := range f.Calls {
				all = append(all, call.Table)
			}
		}
	}
	return all
}

// rows writes labelled rows. Flush returns the first error.
type rows struct{ *bufio.Writer }

func (w *rows) row(label, format string, args ...any) {
	w.wrap(fmt.Sprintf("%-12s", label), strings.Repeat(" ", 12), fmt.Sprintf(format, args...))
}

// columns is the width of the text. Only a word that is longer exceeds it.
const columns = 80

// wrap writes text behind first, and what does not fit into the line behind
// further.
func (w *rows) wrap(first, further, text string) {
	for {
		line, rest := cutLine(text, columns-len(first))
		fmt.Fprintf(w, "%s%s\n", first, line)
		if rest == "" {
			return
		}
		first, text = further, rest
	}
}

// cutLine cuts text at the last space that leaves a line of at most width bytes,
// or else at the first space.
func cutLine(text string, width int) (line, rest string) {
	if len(text) <= width {
		return text, ""
	}
	begin := len(text) - len(strings.TrimLeft(text, " ")) // indented
	at := strings.LastIndexByte(text[:width+1], ' ')
	if at <= begin {
		if at = strings.IndexByte(text[begin:], ' ') + begin; at < begin {
			return text, ""
		}
	}
	return text[:at], text[at+1:]
}

// maxOmissions is how many omissions the text lists.
const maxOmissions = 6

// leftOut writes what the verdict is without.
func (w *rows) leftOut(all []Omission) {
	if len(all) == 0 {
		return
	}
	parts := "a part"
	if len(all) > 1 {
		parts = grouped(int64(len(all))) + " parts"
	}
	w.wrap("", "", "This is without "+parts+" of the template that Lullaby leaves out:")
	listed := all[:min(len(all), maxOmissions)]
	for i := range listed {
		w.wrap("  ", "    ", listed[i].Resource+": "+listed[i].What)
	}
	if more := len(all) - len(listed); more > 0 {
		w.wrap("  ", "", fmt.Sprintf("and %d more, which --json lists", more))
	}
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
		at, what, by := r.first()
		w.row("first", "%s after %v, by %s", what, at, by)
	}
	for i, a := range r.Answers {
		label, status := "", strconv.Itoa(a.Status)
		if i == 0 {
			label = "clients get"
		}
		if a.Status == functionError {
			status += ", with a function error"
		}
		w.row(label, "%*s answers of status %s", width, grouped(a.Count), status)
	}
}

// functionError is the status of Lambda itself for a function that failed.
const functionError = 200

// percentiles writes how long the requests served took. With one route, its row
// has no name.
func (w *rows) percentiles(routes []Route) {
	label := "took"
	for i := range routes {
		if r := &routes[i]; r.Served > 0 {
			of := ""
			if len(routes) > 1 {
				of = " of " + cmp.Or(r.Route, r.Function)
			}
			w.row(label, "%v p50, %v p95, %v p99 of those served%s", r.P50, r.P95, r.P99, of)
			label = ""
		}
	}
}

// calls writes what the retries of all calls did. With several functions, each
// row names the table.
func (w *rows) calls(r *Report) {
	for i := range r.Functions {
		for j := range r.Functions[i].Calls {
			c := &r.Functions[i].Calls[j]
			table := "the table"
			if len(r.Functions) > 1 {
				table = c.Table
			}
			w.attempts(c, table, r.unit(r.Functions[i].Function))
		}
	}
}

// unit returns for what a function makes a call.
func (r *Report) unit(function string) string {
	for i := range r.Queues {
		for j := range r.Queues[i].Mappings {
			if r.Queues[i].Mappings[j].Function == function {
				return "message"
			}
		}
	}
	return "request"
}

// assumed writes what was assumed, as far as it counted.
func (w *rows) assumed(r *Report, all *Route) {
	label := "assumed"
	for _, a := range r.Assumed {
		w.row(label, "%s", a)
		label = ""
	}
	w.row(label, "items of %s bytes, %v a request, %v more if cold", grouped(r.ItemBytes), r.ServiceTime, r.ColdStart)
	if r.waited() {
		w.row("", "%v a further attempt, functions give up %v before Timeout", r.AttemptTime, r.Reserve)
	}
	if r.ConsumerReserve > 0 {
		w.row("", "consumers give up %v before Timeout, a message more takes %v", r.ConsumerReserve, r.AttemptTime)
	}
	refused := slices.ContainsFunc(all.Refusals, func(f Refusal) bool { return f.Service == "DynamoDB" || f.Service == "SQS" })
	if refused && slices.ContainsFunc(all.Answers, func(a Answer) bool { return a.Status == statusOfFunctions }) {
		w.row("", "functions answer %d if a table refuses", statusOfFunctions)
	}
}

// statusOfFunctions is what functions are assumed to answer.
const statusOfFunctions = 503

// waited reports whether any call waited between attempts.
func (r *Report) waited() bool {
	for i := range r.Functions {
		for j := range r.Functions[i].Calls {
			if r.Functions[i].Calls[j].LongestWait > 0 {
				return true
			}
		}
	}
	return false
}

// attempts writes what the retries of a call did, if there were any.
func (w *rows) attempts(c *Call, table, unit string) {
	if c.Attempts > c.Asked {
		w.row("attempts", "%s of %s, %s a %s, %s refused", grouped(c.Attempts), table, hundredths(c.Attempts, c.Asked), unit, grouped(c.AttemptsRefused))
	}
	if c.LongestWait > 0 {
		w.row("waited", "%v a %s on average, %v at the longest", c.MeanWait, unit, c.LongestWait)
	}
	if c.WastedRequests > 0 {
		w.row("wasted", "%s units, on %s requests that had timed out", grouped(c.WastedUnits), grouped(c.WastedRequests))
	}
}

// bursts writes the lowest balances. With one table, its own has no name.
func (w *rows) bursts(tables []Table) {
	label := "burst low"
	for i := range tables {
		for j := range tables[i].Bursts {
			b := &tables[i].Bursts[j]
			text := fmt.Sprintf("%s of %s %s units after %v", grouped(b.Lowest), grouped(b.LowestOf), b.Direction, b.LowestAt)
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

// chance returns how requests came.
func (r *Report) chance() string {
	text := fmt.Sprintf("seed %d", r.Seed)
	if r.Even {
		text += ", evenly"
	}
	if at := strings.TrimSuffix(r.StartsAt, ":00"); at != "" && at != "00:00" {
		text += ", from " + at
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

// traffic writes what is played, of each route if there are several.
func (w *rows) traffic(r *Report) {
	if len(r.Routes) < 2 {
		w.row("traffic", "%s", spaced(r.Traffic))
		return
	}
	label := "traffic"
	for i := range r.Routes {
		w.row(label, "%s of %s", spaced(r.Routes[i].Traffic), cmp.Or(r.Routes[i].Route, r.Routes[i].Function))
		label = ""
	}
}

// spaced returns traffic with a space behind each step, so that a line can end there.
func spaced(traffic string) string {
	if !strings.HasPrefix(traffic, "steps:") {
		return traffic
	}
	return strings.ReplaceAll(traffic, ",", ", ")
}

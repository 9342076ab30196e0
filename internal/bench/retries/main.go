// Command retries shows what trying again comes to when a table is full for good:
// it drains the burst of items' table, sends 20 writes a second to its 5 units for
// five minutes, open loop, once per mode, and plays the same five minutes in a
// rehearsal. With -svg it also draws the picture that the README has.
//
//	go run ./internal/bench/retries [-for 5m] [-modes sdk,legacy,legacy:11,random-exponential,aware] [-svg docs/retries.svg]
//
// It takes half a minute more per mode, up to some 600 processes at one time, and
// Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"lullaby/internal/bench"
	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/retry"
	"lullaby/template"
)

// What is shown: a stack, and what it meets.
const (
	items   = "items/template.yaml"
	traffic = "constant:20/s"
)

func main() {
	d := flag.Duration("for", 5*time.Minute, "how long a mode is shown")
	names := flag.String("modes", "sdk,legacy,legacy:11,random-exponential,aware", "modes, with their attempts if they are not the mode's own")
	svg := flag.String("svg", "", "a file for the picture")
	flag.Parse()
	if err := run(context.Background(), *d, *names, *svg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A mode is what a storm meets.
type mode struct {
	name     string
	attempts int // 0: the mode's own
}

func (m mode) String() string {
	if m.attempts == 0 {
		return m.name
	}
	return fmt.Sprintf("%s, %d attempts", m.name, m.attempts)
}

// parseModes reads names such as legacy and legacy:11.
func parseModes(text string) ([]mode, error) {
	var modes []mode
	for name := range strings.SplitSeq(text, ",") {
		var m mode
		var attempts string
		var given bool
		if m.name, attempts, given = strings.Cut(name, ":"); given {
			var err error
			if m.attempts, err = strconv.Atoi(attempts); err != nil {
				return nil, fmt.Errorf("mode %q: %w", name, err)
			}
		}
		if _, err := retry.ParseMode(m.name, m.attempts); err != nil {
			return nil, fmt.Errorf("mode %q: %w", name, err)
		}
		modes = append(modes, m)
	}
	return modes, nil
}

// A row is a mode with what came of it, and what the rehearsal says.
type row struct {
	mode
	live      storm
	rehearsed *report.Report
}

func run(ctx context.Context, d time.Duration, names, svg string) error {
	modes, err := parseModes(names)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "retries")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, err := bench.Build(ctx, ".", dir)
	if err != nil {
		return err
	}
	rows := make([]row, len(modes))
	for i, m := range modes {
		rows[i].mode = m
		r, err := rehearsal(m, d)
		if err != nil {
			return err
		}
		if rows[i].rehearsed, err = r.Run(ctx); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%v: until %s\n", m, time.Now().Add(d+30*time.Second).Format(time.TimeOnly))
		if rows[i].live, err = endure(ctx, binary, m, r.Arrivals()); err != nil {
			return fmt.Errorf("%v: %w", m, err)
		}
	}
	table(rows, d)
	if svg == "" {
		return nil
	}
	return os.WriteFile(svg, picture(rows, d), 0o644) //nolint:gosec // a picture is for everyone
}

// rehearsal is the same five minutes in virtual time.
func rehearsal(m mode, d time.Duration) (*rehearse.Rehearsal, error) {
	t, err := template.Load(items, template.Options{})
	if err != nil {
		return nil, err
	}
	o := rehearse.Options{
		RetryMode: m.name, MaxAttempts: m.attempts, For: d, Seed: 1, Drained: true,
		ItemBytes: rehearse.ItemBytes, ServiceTime: rehearse.ServiceTime, ColdStart: rehearse.ColdStart,
	}
	if err := o.Traffic.UnmarshalText([]byte(traffic)); err != nil {
		return nil, err
	}
	return rehearse.New(t, o)
}

// table prints the rows, each with its rehearsal below.
func table(rows []row, d time.Duration) {
	fmt.Printf("20 writes a second of 1 unit for %v at a table of 5 units, its burst drained\n\n", report.Span(d))
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "offered\t201\t503\t504\tother\tno Retry-After\tattempts\twasted units\twaited, mean\tenvironments\ttheir memory\t ")
	for i := range rows {
		s, r, f := &rows[i].live, &rows[i].rehearsed.Routes[0], &rows[i].rehearsed.Functions[0]
		call := &f.Calls[0]
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1fs\t%d\t%d MB\t  %v\n",
			s.offered, s.status[201], s.status[503], s.status[504], s.others(), s.hopeless, s.attempts, s.wasted(),
			s.waited.Seconds()/float64(s.offered), s.environments, s.memory>>20, rows[i].mode)
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t\t\t%d\t%d\t%.1fs\t%d\t\t  rehearsed\n",
			r.Offered, r.Served, r.Refused, r.TimedOut, call.Attempts, call.WastedUnits, time.Duration(call.MeanWait).Seconds(), f.PeakConcurrency)
	}
	_ = w.Flush()
}

//go:build linux

// Command versus compares the program of a git revision with that of the working
// tree, by the server's own processor time for a request: functions do not count.
// Each round has two new servers, which share one processor core and take short
// turns; the load has another core. A row's ratio is the median over the rounds of
// after divided by before, with the interval of the sign test (bench.Compare). The
// exit status is 1 if an interval lies wholly above the bound, or if a request was
// refused. It needs Linux, git and tar, and runs at the root of the repository.
//
// A comparison of HEAD with an unchanged working tree shows the noise of a machine.
//
//	go run ./internal/bench/versus -before REV [-rounds 11] [-seconds 2] [-rows regexp] [-bound 1.03]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"text/tabwriter"
	"time"

	"lullaby/internal/bench"
)

type options struct {
	before string // a git revision
	rounds int
	each   time.Duration
	rows   *regexp.Regexp
	bound  float64
}

func main() {
	o, err := parse()
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		err = run(ctx, o)
		stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parse() (o options, err error) {
	flag.StringVar(&o.before, "before", "", "the git revision to compare with")
	flag.IntVar(&o.rounds, "rounds", 11, "rounds; the median counts")
	seconds := flag.Float64("seconds", 2, "seconds of each server in a round")
	rows := flag.String("rows", "^(PutItem, |GetItem|POST /item)", "only the rows that match")
	flag.Float64Var(&o.bound, "bound", 1.03, "ratio above which a row is too slow")
	flag.Parse()
	o.each = time.Duration(*seconds * float64(time.Second))
	switch {
	case o.before == "":
		return o, errors.New("-before: which git revision?")
	case o.rounds < 1:
		return o, fmt.Errorf("-rounds: %d is less than 1", o.rounds)
	}
	o.rows, err = regexp.Compile(*rows)
	return o, err
}

// workloads returns those of the tables, and the API of items without limits.
func workloads() []*bench.Workload {
	items := bench.Up{Template: "items", Durability: "disk", Limits: "off"}
	return append(bench.Workloads(),
		&bench.Workload{Name: "POST /item, 1 KB, disk", Up: items, Connections: 32, Request: bench.PostItem()})
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	builds, err := buildBoth(ctx, dir, o.before)
	if err != nil {
		return err
	}
	if err := bench.Pin(os.Getpid(), bench.LoadCore); err != nil {
		return err
	}
	var rows []*row
	for _, w := range workloads() {
		if !o.rows.MatchString(w.Name) {
			continue
		}
		r, err := measure(ctx, w, builds, dir, o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
		rows = append(rows, r)
	}
	return report(rows, builds, o)
}

// A row is the result of one workload.
type row struct {
	name          string
	before, after float64 // processor µs a request, medians
	ratio         bench.Ratio
}

// verdict says what the ratio means for the bound, "" if nothing is wrong.
func (r *row) verdict(bound float64) string {
	switch {
	case r.ratio.Low > bound:
		return "too slow"
	case r.ratio.Median > bound && r.ratio.Low > 1:
		return "slower, perhaps too slow: more rounds tell"
	default:
		return ""
	}
}

// report prints the rows. Its error counts those that are too slow.
func report(rows []*row, builds [2]build, o options) error {
	if len(rows) == 0 {
		return fmt.Errorf("-rows: no row matches %v", o.rows)
	}
	fmt.Printf("before: %s, after: %s; %d rounds of %v; the interval is of %.1f %%\n\n",
		builds[0].revision, builds[1].revision, o.rounds, o.each, 100*rows[0].ratio.Confidence)
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "workload\tbefore µs\tafter µs\tratio\tinterval\t")
	slow := 0
	for _, r := range rows {
		fmt.Fprintf(out, "%s\t%.1f\t%.1f\t%.3f\t%.3f to %.3f\t%s\n",
			r.name, r.before, r.after, r.ratio.Median, r.ratio.Low, r.ratio.High, r.verdict(o.bound))
		if r.ratio.Low > o.bound {
			slow++
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if slow > 0 {
		return fmt.Errorf("%d of %d rows need more than %.2f times the processor time of before", slow, len(rows), o.bound)
	}
	return nil
}

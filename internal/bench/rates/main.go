// Command rates shows what decides how fast consumers of a queue write: it plays a
// backlog of 2,400 messages of the queued items at tables of 5 and 20 write units
// without saved burst, with several MaximumConcurrency and BatchSize, and with more
// consumers than the table can bear. With -svg it also draws the picture that the
// README has.
//
//	go run ./internal/bench/rates [-svg docs/rates.svg]
//
// It takes a second: all of it is rehearsed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// What is shown. The function works for half a second before its first write, so
// that the number of functions counts; it has ten seconds, of which it leaves one.
const (
	items       = "items/template-queued.yaml"
	backlog     = 2_400
	timeout     = 10 * time.Second
	visibility  = 60 * time.Second
	serviceTime = 500 * time.Millisecond
)

var (
	tables = []int{5, 20} // write units
	paces  = []pace{{2, 1}, {5, 1}, {10, 1}, {2, 10}, {5, 10}, {10, 10}, {1_000, 10}}
)

// A pace is the settings of a mapping.
type pace struct{ concurrency, batch int }

// A row is a pace at a table, with what came of it.
type row struct {
	pace
	units  int
	report *report.Report
}

func main() {
	svg := flag.String("svg", "", "a file for the picture")
	flag.Parse()
	if err := run(context.Background(), *svg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, svg string) error {
	rows, err := play(ctx, items)
	if err != nil {
		return err
	}
	if err := write(os.Stdout, rows); err != nil || svg == "" {
		return err
	}
	return os.WriteFile(svg, picture(rows), 0o644) //nolint:gosec // a picture is for everyone
}

// play rehearses each pace at each table.
func play(ctx context.Context, path string) ([]row, error) {
	var rows []row
	for _, units := range tables {
		for _, p := range paces {
			r, err := rehearsal(path, units, p)
			if err != nil {
				return nil, err
			}
			rep, err := r.Run(ctx)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row{p, units, rep})
		}
	}
	return rows, nil
}

func rehearsal(path string, units int, p pace) (*rehearse.Rehearsal, error) {
	t, err := template.Load(path, template.Options{Parameters: map[string]string{
		"WriteCapacityUnits": strconv.Itoa(units), "MaximumConcurrency": strconv.Itoa(p.concurrency), "BatchSize": strconv.Itoa(p.batch),
		"ConsumerTimeout": strconv.Itoa(int(timeout / time.Second)), "VisibilityTimeout": strconv.Itoa(int(visibility / time.Second)),
	}})
	if err != nil {
		return nil, err
	}
	return rehearse.New(t, rehearse.Options{
		Backlog: backlog, For: time.Hour, Seed: 1, Drained: true,
		ItemBytes: rehearse.ItemBytes, ServiceTime: serviceTime, ColdStart: rehearse.ColdStart,
	})
}

// queue returns what became of the messages.
func (r *row) queue() *report.Queue { return &r.report.Queues[0] }

// tenths returns the writes of ten seconds, until the queue was empty.
func (r *row) tenths() int64 {
	q := r.queue()
	ms := max(1, time.Duration(q.Empty).Milliseconds())
	return (q.Done*10_000 + ms/2) / ms
}

// throttles returns how many attempts the table of the items refused.
func (r *row) throttles() (n int64) {
	for i := range r.report.Functions {
		for _, c := range r.report.Functions[i].Calls {
			if c.Table == "Items" {
				n += c.AttemptsRefused
			}
		}
	}
	return n
}

// hand returns how many messages consumers may have in hand, and how many the
// table takes while they work.
func (r *row) hand() (most, takes int) {
	return r.concurrency * r.batch, r.units * int((timeout-rehearse.ConsumerReserve)/time.Second)
}

// write prints the rows.
func write(to io.Writer, rows []row) error {
	fmt.Fprintf(to, "%d messages at a table without burst; functions work %v before their first write and give up after %v\n\n",
		backlog, serviceTime, timeout-rehearse.ConsumerReserve)
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "write units\tconcurrency\tbatch\tin hand\tthe table takes\twrites a second\tthrottles\treceives\twritten\tdead\tempty after\t")
	for i := range rows {
		r := &rows[i]
		q := r.queue()
		hand, takes := r.hand()
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%v\t\n", r.units, r.concurrency, r.batch, hand, takes,
			decimal(r.tenths()), r.throttles(), q.Received, q.Done, q.Dead, q.Empty)
	}
	return w.Flush()
}

// decimal formats tenths.
func decimal(tenths int64) string { return fmt.Sprintf("%d.%d", tenths/10, tenths%10) }

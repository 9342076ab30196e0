//go:build linux

// Command items measures POST /item end to end, hop by hop: each row goes one hop
// further than the one above. Limits are off. The columns are medians of
// interleaved rounds in one run. It needs Linux.
//
//	go run ./internal/bench/items [-conns 32] [-rounds 5] [-seconds 2]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"lullaby/internal/bench"
	"lullaby/internal/uprun"
)

func main() {
	conns := flag.Int("conns", 32, "connections")
	rounds := flag.Int("rounds", 5, "rounds; the median counts")
	seconds := flag.Float64("seconds", 2, "seconds of a row in a round")
	durability := flag.String("durability", "disk", "of up")
	flag.Parse()
	if flag.Arg(0) == bench.FloorCommand {
		fail(bench.Floor(os.Stdout))
	}
	if err := run(context.Background(), *conns, *rounds, time.Duration(*seconds*float64(time.Second)), *durability); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// A hop is a row of the table.
type hop struct {
	name    string
	process *uprun.Process
	request bench.Request

	rates, own, functions []float64 // requests/s, processor µs a request
}

func run(ctx context.Context, conns, rounds int, d time.Duration, durability string) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, err := bench.Build(ctx, ".", dir)
	if err != nil {
		return err
	}
	floor, err := uprun.Start(bench.FloorProcess(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = floor.Kill() }()
	items := bench.Up{Template: "items", Durability: durability, Limits: "off"}
	command := items.Command(ctx, binary, ".", filepath.Join(dir, "data"))
	logs, err := os.Create(filepath.Join(dir, "log")) // of the functions, three lines a request
	if err != nil {
		return err
	}
	defer func() { _ = logs.Close() }()
	command.Stderr = logs
	up, err := uprun.Start(command)
	if err != nil {
		return err
	}
	defer func() { _ = up.Stop() }()
	hops := theHops(floor, up)
	for _, h := range hops { // warm, sandboxes included
		if _, err := bench.Load(h.request, conns, d/2); err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
	}
	for range rounds {
		for _, h := range hops {
			if err := h.measure(conns, d); err != nil {
				return fmt.Errorf("%s: %w", h.name, err)
			}
		}
	}
	report(hops, conns, durability)
	return nil
}

func theHops(floor, up *uprun.Process) []*hop {
	item := bench.PostItem()
	put := bench.DynamoDB("PutItem", func(n int64) string {
		return fmt.Sprintf(`{"TableName":"items-table","Item":{"_id":{"S":"item-%d"},"payload":{"S":"%s"}}}`, n%20_000, payload)
	})
	return []*hop{
		{name: "floor: bare net/http server", process: floor, request: bench.Request{Method: "POST", URL: floor.AWS + "/item", Body: item.Body, Status: 200}},
		{name: "gateway alone: no such route", process: up, request: bench.Request{Method: "POST", URL: up.HTTP + "/nothing", Body: item.Body, Status: 403}},
		{name: "AWS endpoint alone: PutItem", process: up, request: put.To(up.AWS)},
		{name: "gateway and function: bad item", process: up, request: bench.Request{Method: "POST", URL: up.HTTP + "/item", Body: func(int64) string { return `{}` }, Status: 400}},
		{name: "POST /item end to end", process: up, request: item.To(up.HTTP)},
	}
}

var payload = strings.Repeat("x", 1000)

func (h *hop) measure(conns int, d time.Duration) error {
	own, functions, err := bench.CPU(h.process.PID())
	if err != nil {
		return err
	}
	start := time.Now()
	n, err := bench.Load(h.request, conns, d)
	if err != nil {
		return err
	}
	took := time.Since(start)
	ownAfter, functionsAfter, err := bench.CPU(h.process.PID())
	if err != nil {
		return err
	}
	per := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(n) }
	h.rates = append(h.rates, float64(n)/took.Seconds())
	h.own = append(h.own, per(ownAfter-own))
	h.functions = append(h.functions, per(functionsAfter-functions))
	return nil
}

func report(hops []*hop, conns int, durability string) {
	fmt.Printf("%d connections, 1 KB items, --limits off --durability %s\n\n", conns, durability)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "requests/s\tof the floor\tserver µs\tfunctions µs\t ")
	for _, h := range hops {
		rate := bench.Median(h.rates)
		fmt.Fprintf(w, "%.0f\t%.3f\t%.0f\t%.0f\t  %s\n", rate, rate/bench.Median(hops[0].rates), bench.Median(h.own), bench.Median(h.functions), h.name)
	}
	_ = w.Flush()
}

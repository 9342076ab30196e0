//go:build linux

package main

import (
	"cmp"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"lullaby/internal/bench"
)

// A row of the table: a cycle of requests again and again.
type row struct {
	name    string
	up      bench.Up // that it runs against
	conns   int      // 0: 16
	asked   float64  // share of the floor's rate
	backlog int64    // messages in the queue before each round
	large   bool     // only with -large
	run     cycle
}

var rows = []*row{
	{name: "SendMessage, 1 KB, process", up: bench.InProcess, asked: 0.55, run: sendOne},
	{name: "SendMessage, 1 KB, disk, 64 connections", up: bench.OnDisk, conns: 64, asked: 0.38, run: sendOne},
	{name: "send, receive, delete in turn", up: bench.InProcess, asked: 0.55, run: inTurn},
	{name: "receive and delete, backlog 100,000", up: bench.InProcess, asked: 0.55, backlog: mostOfPeers, run: receiveAndDelete},
	{name: "receive and delete, backlog 1,000,000", up: bench.InProcess, asked: 0.55, backlog: 1_000_000, run: receiveAndDelete},
	{name: "receive and delete, backlog 5,000,000", up: bench.InProcess, asked: 0.55, backlog: 5_000_000, large: true, run: receiveAndDelete},
}

// mostOfPeers is the largest backlog with which peers are measured: they keep it in
// memory, and goaws searches it.
const mostOfPeers = 100_000

// figures are of one server in each round.
type figures struct {
	rate   []float64 // cycles/s
	cpu    []float64 // processor µs a cycle
	memory []float64 // resident MB
}

// A result is a row with its figures.
type result struct {
	*row
	floor, ours, best figures // best is that of the peers
	peer              string  // its name
}

// A trial is a row at one server.
type trial struct {
	*row
	*server
	queue    string // "": none yet
	messages int64  // in the queue, if the row has a backlog
	unable   bool   // it lacks an operation, or refuses
	figures  figures
}

// measure runs a row against the floor, its up, and the peers.
func measure(r *row, servers []*server, o options) (*result, error) {
	var trials []*trial
	for _, s := range servers {
		if s.Name == "floor" || s.up == r.up || s.peer && r.backlog <= mostOfPeers && r.up != bench.OnDisk {
			trials = append(trials, &trial{row: r, server: s})
		}
	}
	for round := range o.rounds + 1 {
		for _, t := range trials {
			if t.unable {
				continue
			}
			err := t.round(round, o.each)
			if err != nil && !t.peer {
				return nil, fmt.Errorf("%s: %w", t.Name, err)
			}
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %s: %v\n", r.name, t.Name, err)
				t.unable = true
			}
		}
	}
	done := &result{row: r}
	for _, t := range trials {
		switch {
		case t.unable:
		case t.Name == "floor":
			done.floor = t.figures
		case !t.peer:
			done.ours = t.figures
		case done.peer == "" || bench.Median(t.figures.rate) > bench.Median(done.best.rate):
			done.peer, done.best = t.Name, t.figures
		}
		if t.queue != "" {
			_ = t.remove(t.queue) // a peer may be unable to
		}
	}
	return done, nil
}

// round prepares the queue, and performs cycles for d. Round 0 is shorter and does
// not count. Without a backlog each round has a queue of its own.
func (t *trial) round(number int, d time.Duration) error {
	if number == 0 {
		d /= 2
	}
	if err := t.prepare(number); err != nil {
		return err
	}
	before, _, err := bench.CPU(t.PID)
	if err != nil {
		return err
	}
	begin := time.Now()
	n, err := t.load(t.queue, t.run, cmp.Or(t.conns, 16), d)
	if err != nil {
		return err
	}
	took := time.Since(begin)
	t.messages -= n
	after, _, err := bench.CPU(t.PID)
	if err != nil {
		return err
	}
	memory, err := bench.Resident(t.PID)
	if err != nil || number == 0 {
		return err
	}
	t.figures.rate = append(t.figures.rate, float64(n)/took.Seconds())
	t.figures.cpu = append(t.figures.cpu, float64((after-before).Microseconds())/float64(n))
	t.figures.memory = append(t.figures.memory, memory)
	return nil
}

// prepare makes the queue of a round and its backlog.
func (t *trial) prepare(number int) (err error) {
	if t.queue != "" && t.backlog == 0 {
		if err := t.remove(t.queue); err != nil {
			return fmt.Errorf("remove a queue: %w", err)
		}
		t.queue = ""
	}
	if t.queue == "" {
		if t.queue, err = t.create(fmt.Sprintf("queue-%d-%d", time.Now().UnixNano(), number)); err != nil {
			return err
		}
	}
	if t.backlog == 0 || t.Name == "floor" {
		return nil
	}
	if err := t.fill(t.queue, t.backlog-t.messages); err != nil {
		return fmt.Errorf("fill a queue: %w", err)
	}
	t.messages = t.backlog
	return nil
}

func report(all []*result) {
	if len(all) == 0 {
		return
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "row\tfloor/s\tours/s\tof the floor\tasked\tfloor µs\tours µs\tours MB\tbest peer/s\tof it")
	for _, r := range all {
		floor, ours := median(r.floor.rate), median(r.ours.rate)
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.0f\t%.0f\t%.0f\t", r.name, floor, ours, ours/floor, r.asked,
			median(r.floor.cpu), median(r.ours.cpu), median(r.ours.memory))
		if r.peer != "" {
			best := median(r.best.rate)
			fmt.Fprintf(out, "%.0f %s\t%.1f", best, r.peer, ours/best)
		}
		fmt.Fprintln(out)
	}
	_ = out.Flush()
}

// median is bench.Median, or 0 for a server that was not measured.
func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	return bench.Median(xs)
}

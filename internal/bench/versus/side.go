//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"lullaby/internal/bench"
	"lullaby/internal/uprun"
)

// A side is the server of one build while a workload is measured. Its processor
// time is its own: functions are other processes.
type side struct {
	up      *uprun.Process
	logs    *os.File // of the functions
	request bench.Request
}

// start starts the server that w runs against, with what w needs. Its data goes
// into dir, which start makes.
func start(ctx context.Context, w *bench.Workload, b build, dir string) (s *side, err error) {
	if err := os.Mkdir(dir, 0o750); err != nil {
		return nil, err
	}
	s = &side{}
	command := w.Up.Command(ctx, b.binary, b.tree, filepath.Join(dir, "data"))
	if w.Up.Template != "" { // several lines a request
		if s.logs, err = os.Create(filepath.Join(dir, "log")); err != nil {
			return nil, err
		}
		command.Stderr = s.logs
	}
	if s.up, err = uprun.Start(command); err != nil {
		if s.logs != nil {
			text, _ := os.ReadFile(s.logs.Name())
			err = fmt.Errorf("%w%s", err, text)
		}
		return nil, err
	}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	if err := bench.Pin(s.up.PID(), bench.ServerCore); err != nil {
		return nil, err
	}
	if w.Up.Template != "" {
		s.request = w.Request.To(s.up.HTTP)
		return s, nil
	}
	s.request = w.Request.To(s.up.AWS)
	return s, bench.Fill(s.up.AWS)
}

func (s *side) stop() {
	_ = s.up.Stop()
	_ = s.logs.Close() // nothing if nil
}

// measure runs w against both builds, in rounds.
func measure(ctx context.Context, w *bench.Workload, builds [2]build, dir string, o options) (*row, error) {
	var before, after []float64
	for n := range o.rounds {
		cost, err := round(ctx, w, builds, dir, n%2, o.each)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx) // err is of a server that ended with it
		}
		if err != nil {
			return nil, err
		}
		before, after = append(before, cost[0]), append(after, cost[1])
	}
	return &row{
		name:   w.Name,
		before: bench.Median(before),
		after:  bench.Median(after),
		ratio:  bench.Compare(before, after),
	}, nil
}

// round starts a server of each build, warms both, sends them requests in turn, for
// d to each in all, and returns the processor µs of a request. The build that
// begins changes with each turn; first is that of the first turn.
//
// Each round has servers of its own, since one server may differ from the next of
// the same build: in where its data lie, and in what Pebble has compacted.
func round(ctx context.Context, w *bench.Workload, builds [2]build, dir string, first int, d time.Duration) (cost [2]float64, err error) {
	own, err := os.MkdirTemp(dir, "round")
	if err != nil {
		return cost, err
	}
	defer func() { _ = os.RemoveAll(own) }()
	var sides [2]*side
	for turn := range sides {
		i := (first + turn) % len(sides)
		if sides[i], err = start(ctx, w, builds[i], filepath.Join(own, strconv.Itoa(i))); err != nil {
			return cost, fmt.Errorf("start %s: %w", builds[i].revision, err)
		}
		defer sides[i].stop()
		if _, err := bench.Load(sides[i].request, w.Conns(), d/2); err != nil { // sandboxes of functions too
			return cost, fmt.Errorf("warm %s: %w", builds[i].revision, err)
		}
	}
	return alternate(sides, first, w.Conns(), d)
}

// turns is the number of turns of each side in a round. What else the machine does
// changes from second to second, so that it meets both sides alike.
const turns = 4

// alternate sends the requests of a round. What a server does after its turn, such
// as compaction, counts.
func alternate(sides [2]*side, first, conns int, d time.Duration) (cost [2]float64, err error) {
	var answered [2]int64
	var used [2]time.Duration
	for i, s := range sides {
		if used[i], _, err = bench.CPU(s.up.PID()); err != nil {
			return cost, err
		}
	}
	for turn := range turns * len(sides) {
		i := (first + turn + turn/len(sides)) % len(sides)
		n, err := bench.Load(sides[i].request, conns, d/turns)
		if err != nil {
			return cost, err
		}
		answered[i] += n
	}
	for i, s := range sides {
		now, _, err := bench.CPU(s.up.PID())
		if err != nil {
			return cost, err
		}
		cost[i] = float64((now - used[i]).Nanoseconds()) / 1000 / float64(answered[i])
	}
	return cost, nil
}

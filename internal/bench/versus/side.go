//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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

// start starts the server that w runs against, with what w needs. Its data goes into dir.
func start(ctx context.Context, w *bench.Workload, b build, dir string) (s *side, err error) {
	s = &side{}
	command := w.Up.Command(ctx, b.binary, b.tree, filepath.Join(dir, "data"))
	if w.Up.Template != "" { // several lines a request
		if s.logs, err = os.Create(filepath.Join(dir, "log")); err != nil {
			return nil, err
		}
		command.Stderr = s.logs
	}
	if s.up, err = uprun.Start(command); err != nil {
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

// measure runs w against both builds, in rounds. Round 0 warms the servers,
// sandboxes of functions included, and does not count.
func measure(ctx context.Context, w *bench.Workload, builds [2]build, dir string, o options) (*row, error) {
	var sides [2]*side
	for i, b := range builds {
		own, err := os.MkdirTemp(dir, "row")
		if err != nil {
			return nil, err
		}
		if sides[i], err = start(ctx, w, b, own); err != nil {
			return nil, fmt.Errorf("start %s: %w", b.revision, err)
		}
		defer sides[i].stop()
	}
	var before, after []float64
	for n := range o.rounds + 1 {
		cost, err := round(sides, n%2, w.Conns(), o.each)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx) // err is of a server that ended with it
		}
		if err != nil {
			return nil, err
		}
		if n > 0 {
			before, after = append(before, cost[0]), append(after, cost[1])
		}
	}
	return &row{
		name:   w.Name,
		before: bench.Median(before),
		after:  bench.Median(after),
		ratio:  bench.Compare(before, after),
	}, nil
}

// turns is the number of turns of each side in a round. What else the machine does
// changes from second to second, so that it meets both sides alike.
const turns = 4

// round sends requests to the sides in turn, in all for d to each, and returns the
// processor µs of a request. The side that begins changes with each turn; first is
// the one of the first turn. What a server does after its turn, such as compaction,
// counts.
func round(sides [2]*side, first, conns int, d time.Duration) (cost [2]float64, err error) {
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

//go:build linux

// Command tables measures the AWS endpoint, workload by workload, against a bare
// net/http server and, with -peers, against other local DynamoDBs. The server has
// one processor core and the load another. The columns are medians of interleaved
// rounds in one run. A row in which a request was refused is void. It needs Linux.
//
//	go run ./internal/bench/tables [-rounds 3] [-seconds 2] [-rows regexp] [-peers]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"text/tabwriter"
	"time"

	"lullaby/internal/bench"
)

type options struct {
	rounds int
	each   time.Duration
	rows   *regexp.Regexp
	peers  bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "rounds; the median counts")
	seconds := flag.Float64("seconds", 2, "seconds of a row in a round")
	rows := flag.String("rows", "", "only the rows that match")
	flag.BoolVar(&o.peers, "peers", false, "measure dynalite and DynamoDB Local too; needs npm and java")
	flag.Parse()
	if flag.Arg(0) == bench.FloorCommand {
		fail(bench.Floor(os.Stdout))
	}
	o.each = time.Duration(*seconds * float64(time.Second))
	o.rows = regexp.MustCompile(*rows)
	if err := run(context.Background(), o); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := bench.Pin(os.Getpid(), bench.LoadCore); err != nil {
		return err
	}
	servers, err := start(ctx, dir, o.peers)
	defer func() {
		for _, s := range servers {
			s.Stop()
		}
	}()
	if err != nil {
		return err
	}
	var done []*result
	for _, w := range bench.Workloads() {
		if !o.rows.MatchString(w.Name) {
			continue
		}
		r, err := measure(w, servers, o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
		done = append(done, r)
	}
	report(done)
	return nil
}

// A server is a local DynamoDB, or the floor.
type server struct {
	*bench.Server

	up   bench.Up // if it is one
	peer bool
}

// start builds and starts the servers. With an error it returns those that already
// run, so that the caller can stop them.
func start(ctx context.Context, dir string, peers bool) (servers []*server, err error) {
	floor, err := bench.StartFloor(ctx)
	if err != nil {
		return nil, err
	}
	servers = append(servers, &server{Server: floor})
	binary, err := bench.Build(ctx, ".", dir)
	if err != nil {
		return servers, err
	}
	for _, kind := range []bench.Up{bench.InProcess, bench.OnDisk, bench.Unlimited} {
		up, err := kind.Start(ctx, binary, dir)
		if err != nil {
			return servers, err
		}
		servers = append(servers, &server{Server: up, up: kind})
	}
	if peers {
		for _, start := range []func(context.Context, string) (*bench.Server, error){startDynalite, startLocal} {
			s, err := start(ctx, dir)
			if err != nil {
				return servers, err
			}
			servers = append(servers, &server{Server: s, peer: true})
		}
	}
	for _, s := range servers {
		if err := bench.Pin(s.PID, bench.ServerCore); err != nil {
			return servers, err
		}
		if s.Name == "floor" {
			continue
		}
		if err := bench.Fill(s.URL); err != nil {
			return servers, fmt.Errorf("fill %s: %w", s.Name, err)
		}
	}
	return servers, nil
}

// A result is a row of the table.
type result struct {
	*bench.Workload
	floor, ours, best figures // best is that of the peers
	peer              string  // its name
}

type figures struct{ rate, cpu []float64 } // requests/s, processor µs a request

// measure runs a workload against the floor, its up, and the peers.
func measure(w *bench.Workload, servers []*server, o options) (*result, error) {
	all := make([]figures, len(servers))
	unable := make(map[*server]bool)
	for round := range o.rounds + 1 {
		for i, s := range servers {
			if s.Name != "floor" && s.up != w.Up && !s.peer || unable[s] {
				continue
			}
			each := o.each
			if round == 0 {
				each /= 2 // warm
			}
			rate, cpu, err := once(w, s, each)
			switch {
			case err != nil && s.peer:
				unable[s] = true // it lacks the operation, or refuses
				continue
			case err != nil:
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
			if round > 0 {
				all[i].rate = append(all[i].rate, rate)
				all[i].cpu = append(all[i].cpu, cpu)
			}
		}
	}
	r := &result{Workload: w}
	for i, s := range servers {
		switch {
		case all[i].rate == nil:
		case s.Name == "floor":
			r.floor = all[i]
		case s.peer:
			if r.peer == "" || bench.Median(all[i].rate) > bench.Median(r.best.rate) {
				r.peer, r.best = s.Name, all[i]
			}
		default:
			r.ours = all[i]
		}
	}
	return r, nil
}

// once sends the requests of a workload to s for d.
func once(w *bench.Workload, s *server, d time.Duration) (rate, cpu float64, err error) {
	before, _, err := bench.CPU(s.PID)
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	url := s.URL
	if s.Name == "floor" && w.Answer > 0 {
		url += "/" + strconv.Itoa(w.Answer)
	}
	n, err := bench.Load(w.Request.To(url), w.Conns(), d)
	if err != nil {
		return 0, 0, err
	}
	took := time.Since(begin)
	after, _, err := bench.CPU(s.PID)
	return float64(n) / took.Seconds(), float64((after - before).Microseconds()) / float64(n), err
}

func report(rows []*result) {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "workload\tfloor/s\tours/s\tof the floor\tasked\tfloor µs\tours µs\tbest peer/s\tof it")
	for _, r := range rows {
		floor, ours := bench.Median(r.floor.rate), bench.Median(r.ours.rate)
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.0f\t%.0f\t", r.Name, floor, ours, ours/floor, r.Asked,
			bench.Median(r.floor.cpu), bench.Median(r.ours.cpu))
		if r.peer != "" {
			best := bench.Median(r.best.rate)
			fmt.Fprintf(out, "%.0f %s\t%.1f", best, r.peer, ours/best)
		}
		fmt.Fprintln(out)
	}
	_ = out.Flush()
}

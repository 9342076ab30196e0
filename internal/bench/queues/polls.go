//go:build linux

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/internal/bench"
)

const (
	pollsRow = "5,000 long polls"
	waiting  = 5_000 // polls
	wakes    = 1_000 // messages that are sent while they wait
	longest  = 20    // seconds of a poll, the most that SQS takes
	quiet    = 5 * time.Second
)

// polled is what long polls cost a server.
type polled struct {
	idle, cpu time.Duration   // processor time in quiet, without polls and with them
	wakes     []time.Duration // from before a send to the answer of a poll, in order
}

// reportPolls prints what long polls cost each server. The floor hands a send over to
// a poll by a bare channel.
func reportPolls(servers []*server) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\n%s\tCPU in %v\twithout polls\twake p50\tp99\n", pollsRow, quiet)
	for _, s := range servers {
		if s.Name == "floor" {
			s = &server{Server: s.Server, dialect: bare{hands: true}}
		}
		p, err := s.poll()
		switch {
		case err != nil && !s.peer:
			return fmt.Errorf("%s: %s: %w", pollsRow, s.Name, err)
		case err != nil:
			fmt.Fprintf(out, "%s\t%.200v\n", s.Name, err)
			continue
		}
		fmt.Fprintf(out, "%s\t%v\t%v\t%v\t%v\n", s.Name, p.cpu, p.idle, p.wakes[len(p.wakes)/2], p.wakes[len(p.wakes)*99/100])
	}
	return out.Flush()
}

// An arrival is the answer of a poll.
type arrival struct {
	at  time.Time
	err error
}

var errEnded = errors.New("a poll ended without a message")

// poll has many polls wait at an empty queue, and wakes some of them, one after the
// other.
func (s *server) poll() (p polled, err error) {
	queue, err := s.create(fmt.Sprintf("polls-%d", time.Now().UnixNano()))
	if err != nil {
		return p, err
	}
	if p.idle, err = s.used(quiet); err != nil {
		return p, err
	}
	arrivals := make(chan arrival, waiting) // sent once by each poll
	end := s.wait(queue, arrivals)
	defer end()
	time.Sleep(quiet / 2) // until all have arrived
	if p.cpu, err = s.used(quiet); err != nil {
		return p, err
	}
	c := s.client(queue)
	defer c.CloseIdleConnections()
	for range wakes {
		begin := time.Now()
		if err := sendOne(c); err != nil {
			return p, err
		}
		a := <-arrivals
		if a.err != nil {
			return p, a.err
		}
		p.wakes = append(p.wakes, a.at.Sub(begin))
	}
	slices.Sort(p.wakes)
	return p, nil
}

// used returns the processor time of the server in d from now.
func (s *server) used(d time.Duration) (time.Duration, error) {
	before, _, err := bench.CPU(s.PID)
	if err != nil {
		return 0, err
	}
	time.Sleep(d)
	after, _, err := bench.CPU(s.PID)
	return after - before, err
}

// wait starts the polls, each over a connection of its own. end closes them.
func (s *server) wait(queue string, arrivals chan<- arrival) (end func()) {
	var conns struct {
		sync.Mutex
		all []net.Conn
	}
	host := s.host()
	few := fasthttp.TCPDialer{Concurrency: 100} // at once, so that no server's queue overflows
	host.Dial = func(addr string) (net.Conn, error) {
		conn, err := few.DialTimeout(addr, time.Minute)
		if err != nil {
			return nil, err
		}
		conns.Lock()
		defer conns.Unlock()
		conns.all = append(conns.all, conn)
		return conn, nil
	}
	var polls sync.WaitGroup
	q := s.ask("ReceiveMessage", queue, input{"MaxNumberOfMessages": 1, "WaitTimeSeconds": longest})
	for range waiting {
		polls.Go(func() {
			c := &client{HostClient: host, server: s}
			answer, err := c.do(s.request(q))
			at := time.Now()
			if err == nil && s.find(answer, "ReceiptHandle") == "" {
				err = errEnded
			}
			arrivals <- arrival{at, err}
		})
	}
	return func() {
		conns.Lock()
		for _, conn := range conns.all {
			_ = conn.Close()
		}
		conns.Unlock()
		polls.Wait()
	}
}

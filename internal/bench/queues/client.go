//go:build linux

package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/internal/bench"
)

// A server is a local SQS, or the floor.
type server struct {
	*bench.Server
	dialect

	up   bench.Up // if it is one
	peer bool
}

// A client asks a server over one connection. Its requests are built once; only the
// receipt handle of a deletion changes. Not safe for concurrent use.
type client struct {
	*fasthttp.HostClient

	server                *server
	send, receive, delete *fasthttp.Request
	head, tail            string // of the body of delete, around the handle
	answer                fasthttp.Response
}

const (
	handleHere = "HANDLE" // what a handle replaces

	// account signs the requests. Nobody checks the signature.
	account = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=c"
)

// text is the body of each message: 1 KB.
var text = strings.Repeat("x", 1<<10)

// client returns a client for a queue. Its caller must CloseIdleConnections.
func (s *server) client(queue string) *client {
	c := &client{HostClient: s.host(), server: s}
	c.send = s.request(s.ask("SendMessage", queue, input{"MessageBody": text}))
	c.receive = s.request(s.ask("ReceiveMessage", queue, input{"MaxNumberOfMessages": 1}))
	q := s.ask("DeleteMessage", queue, input{"ReceiptHandle": handleHere})
	c.delete = s.request(q)
	c.head, c.tail, _ = strings.Cut(q.body, handleHere)
	return c
}

func (s *server) host() *fasthttp.HostClient {
	return &fasthttp.HostClient{Addr: strings.TrimPrefix(s.URL, "http://"), NoDefaultUserAgentHeader: true, MaxConns: waiting}
}

func (s *server) request(q question) *fasthttp.Request {
	r := new(fasthttp.Request)
	r.SetRequestURI(s.URL + q.path)
	r.Header.SetMethod("POST")
	r.Header.SetContentType(q.contentType)
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	r.Header.Set("Authorization", account)
	if q.target != "" {
		r.Header.Set("X-Amz-Target", q.target)
	}
	r.SetBodyString(q.body)
	return r
}

// do sends a request and returns the body of the answer, which is valid until the
// next one.
func (c *client) do(r *fasthttp.Request) ([]byte, error) {
	if err := c.Do(r, &c.answer); err != nil {
		return nil, err
	}
	if c.answer.StatusCode() != fasthttp.StatusOK {
		return nil, fmt.Errorf("status %d: %.300s", c.answer.StatusCode(), c.answer.Body())
	}
	return c.answer.Body(), nil
}

// A cycle is what a row does again and again.
type cycle func(*client) error

func sendOne(c *client) error {
	_, err := c.do(c.send)
	return err
}

var errEmpty = errors.New("a queue that has messages gives none")

// receiveAndDelete receives a message, which the queue has, and deletes it.
func receiveAndDelete(c *client) error {
	for range 100 { // others may have taken the message that was looked at
		answer, err := c.do(c.receive)
		if err != nil {
			return err
		}
		handle := c.server.find(answer, "ReceiptHandle")
		if handle == "" {
			continue
		}
		c.delete.SetBodyString(c.head + c.server.escape(handle) + c.tail)
		_, err = c.do(c.delete)
		return err
	}
	return errEmpty
}

func inTurn(c *client) error { return errors.Join(sendOne(c), receiveAndDelete(c)) }

// load performs cycles over conns connections for d, and returns their number.
func (s *server) load(queue string, run cycle, conns int, d time.Duration) (int64, error) {
	var done atomic.Int64
	end := time.Now().Add(d)
	err := s.each(queue, conns, func(c *client) error {
		for time.Now().Before(end) {
			if err := run(c); err != nil {
				return err
			}
			done.Add(1)
		}
		return nil
	})
	return done.Load(), err
}

// each calls f with so many clients at the same time.
func (s *server) each(queue string, clients int, f func(*client) error) error {
	errs := make(chan error, clients) // one of each
	var workers sync.WaitGroup
	for range clients {
		workers.Go(func() {
			c := s.client(queue)
			defer c.CloseIdleConnections()
			errs <- f(c)
		})
	}
	workers.Wait()
	close(errs)
	var all error
	for err := range errs {
		all = errors.Join(all, err)
	}
	return all
}

// create makes a queue, and waits for a server that has just been started.
func (s *server) create(name string) (queue string, err error) {
	c := s.client("")
	defer c.CloseIdleConnections()
	r := s.request(s.ask("CreateQueue", "", input{"QueueName": name}))
	for range 100 {
		var answer []byte
		if answer, err = c.do(r); err == nil {
			return s.find(answer, "QueueUrl"), nil
		}
		if _, notYet := errors.AsType[*net.OpError](err); !notYet {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "", fmt.Errorf("create a queue: %w", err)
}

// remove deletes a queue.
func (s *server) remove(queue string) error {
	c := s.client("")
	defer c.CloseIdleConnections()
	_, err := c.do(s.request(s.ask("DeleteQueue", queue, nil)))
	return err
}

// batch is the number of messages in a SendMessageBatch, the most that SQS takes.
const batch = 10

// fill sends n messages, rounded up to batches.
func (s *server) fill(queue string, n int64) error {
	entries := make([]input, batch)
	for i := range entries {
		entries[i] = input{"Id": strconv.Itoa(i), "MessageBody": text}
	}
	q := s.ask("SendMessageBatch", queue, input{"Entries": entries})
	var sent atomic.Int64
	return s.each(queue, 8, func(c *client) error {
		r := s.request(q)
		for sent.Add(batch) < n+batch {
			if _, err := c.do(r); err != nil {
				return err
			}
		}
		return nil
	})
}
